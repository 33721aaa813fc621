#!/usr/bin/env bash
# Makes the one initial migration of each provider anew. Run it after adding or changing an entity, or when these files conflict in a rebase.
# While nothing has been released there is one squashed migration; a database made by an older one is refused at start (delete data/).
set -euo pipefail
cd "$(dirname "$0")/.."
export WithDesign=true
dotnet tool restore >/dev/null
rm -rf Storage/Sqlite/Migrations Storage/Postgres/Migrations
dotnet build --nologo -v q -clp:ErrorsOnly
for provider in Sqlite Postgres; do
  folder=Storage/$provider/Migrations
  dotnet ef migrations add Initial --no-build --context ${provider}OpsContext -o "$folder" --namespace OpsDashboard.Storage.$provider
  # The tool derives the snapshot's folder from its namespace and gets it wrong; time stamps in file names would hide conflicts.
  mv "OpsDashboard/Storage/$provider/"*Snapshot.cs "$folder/"
  for file in "$folder"/*_Initial*.cs; do mv "$file" "$folder/Initial${file##*_Initial}"; done
  sed -i '1s/^\xEF\xBB\xBF//' "$folder"/*.cs
done
rm -r OpsDashboard
