using System.Text;

namespace OpsDashboard.Runbooks.Nodes.Ssh;

/// <summary>
/// What runs on the other machine: scripts for its POSIX shell that go over standard input, so that neither the user's login shell nor any list of processes sees
/// arguments or secrets. Each is one compound command: the shell has read all of it before anything of it runs.
/// </summary>
static class RemoteScripts
{
    /// <summary>
    /// Starts the command in a session of its own behind a gate, says that it is there, and how it ended. Its number stands in a file of the user's own, its exit
    /// code later in another, for whoever lost the connection.
    /// </summary>
    public static string Run(CommandSpec command, string marker, string nonce)
    {
        var variables = new StringBuilder();
        foreach (var (name, value) in command.Environment)
            variables.Append($"export {name}={ShellText.Quote(value)}\n");
        foreach (var (name, secret) in command.Secrets)
            variables.Append($"export {name}={ShellText.Quote(secret.Reveal())}\n");
        return $$"""
            {
            say() { printf '\036opsdashboard {{nonce}} %s\n' "$*"; }
            for name in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
              case " {{string.Join(' ', CommandSpec.KeptVariables)}} SHELLOPTS BASHOPTS UID EUID PPID PWD OLDPWD SHLVL _ " in *" $name "*) ;; *) unset "$name" ;; esac
            done
            {{Folder}}
            [ -r /proc/$$/stat ] || { say refused It has no /proc, by which processes are found again.; exit 1; }
            command -v setsid >/dev/null || { say refused It has no setsid.; exit 1; }
            mask=$(umask)
            umask 077
            mkdir "$folder" 2>/dev/null
            [ -d "$folder" ] && [ ! -L "$folder" ] && [ -O "$folder" ] || { say refused Its folder for running commands is not the user\'s own.; exit 1; }
            find "$folder" -type f -mtime +7 -exec rm -f {} + 2>/dev/null
            : > "$folder/{{marker}}" || { say refused Its folder for running commands cannot be written.; exit 1; }
            umask "$mask"
            {{(command.Folder is null ? "cd 2>/dev/null || cd /" : $"cd {ShellText.Quote(command.Folder)} 2>/dev/null")}} || { rm -f "$folder/{{marker}}"; say refused There is no such folder.; exit 1; }
            set -- {{string.Join(' ', command.Arguments.Select(ShellText.Quote))}}
            exec 3<&0
            (
            {{variables}}export TERM=dumb {{CommandHandle.Variable}}={{marker}}
            exec setsid sh -c 'read -r gate <&3 && [ "$gate" = go ] || exit 125; exec 3<&-; exec "$@" </dev/null' gate "$@"
            ) &
            leader=$!
            while :; do
              read -r line < /proc/$leader/stat || { say refused The command\'s process ended at once.; exit 1; }
              set -- ${line##*) }
              [ "$4" = "$leader" ] && break
            done
            started=${20}
            read -r boot < /proc/sys/kernel/random/boot_id
            printf '%s %s\n' "$leader" "$started" > "$folder/{{marker}}"
            say ready "$boot" "$leader" "$started"
            # The shell would tell of the end in its own words, with the text of the command.
            exec 2>/dev/null
            wait "$leader"
            code=$?
            ( umask 077; printf '%s\n' "$code" > "$folder/{{marker}}.exit" )
            rm -f "$folder/{{marker}}"
            say exit "$code"
            exit 0
            }

            """;
    }

    /// <summary>Says <c>running N</c>, <c>ended code</c> or <c>gone</c>.</summary>
    public static string Find(CommandHandle handle, string nonce) => $$"""
        {
        {{Tree(handle, nonce)}}
        look
        if [ "$count" -gt 0 ]; then say running "$count"; exit 0; fi
        {{Folder}}
        if [ -O "$folder/{{handle.Marker}}.exit" ] && read -r code < "$folder/{{handle.Marker}}.exit"; then say ended "$code"; exit 0; fi
        say gone
        exit 0
        }

        """;

    /// <summary>
    /// As <see cref="Local.TreeEnd"/>: asks, kills after 0.6 s, looks until nothing is left; says <c>gone N</c> or <c>left N</c>. By the machine's clock and not by the
    /// number of looks, which take longer where much else runs.
    /// </summary>
    public static string Abort(CommandHandle handle, string nonce) => $$"""
        {
        {{Tree(handle, nonce)}}
        pause() { sleep 0.05 2>/dev/null || sleep 1; }
        send() { for one in $alive; do kill "$1" "$one" 2>/dev/null; done; }
        elapsed() { read -r up rest < /proc/uptime; elapsed=$((${up%.*}${up#*.} - ${began:-0})); }
        elapsed
        began=$elapsed most=0 asked=0 empty=0
        while elapsed; [ "$elapsed" -lt 600 ]; do
          look
          [ "$count" -gt "$most" ] && most=$count
          if [ "$count" -eq 0 ]; then
            empty=$((empty + 1))
            if [ "$empty" -ge 2 ]; then say gone "$most"; exit 0; fi
          else
            empty=0
            if [ "$elapsed" -ge 60 ]; then
              send -STOP
              send -KILL
            elif [ "$asked" -eq 0 ] || { [ "$asked" -eq 1 ] && [ "$elapsed" -ge 30 ]; }; then
              asked=$((asked + 1))
              send -TERM
              send -CONT
            fi
          fi
          pause
        done
        say left "$count"
        exit 0
        }

        """;

    const string Folder = """folder=${XDG_RUNTIME_DIR:-/tmp}/opsdashboard-$(id -u)""";

    /// <summary>
    /// Defines <c>look</c>, which puts the living processes of the command into <c>alive</c> and their number into <c>count</c>: by parent, session, marker, and
    /// because they were seen before (see <see cref="Local.ProcessTree"/>).
    /// </summary>
    static string Tree(CommandHandle handle, string nonce) => $$"""
        say() { printf '\036opsdashboard {{nonce}} %s\n' "$*"; }
        read -r boot < /proc/sys/kernel/random/boot_id
        [ "$boot" = '{{handle.Boot}}' ] || { say gone 0; exit 0; }
        seen=' {{handle.ProcessId}}:{{handle.StartedAt}} '
        read -r own < /proc/$$/stat
        set -- ${own##*) }
        own=$4
        has() { case "$1" in *" $2 "*) return 0 ;; esac; return 1; }
        look() {
          marked=" $(grep -lF '{{CommandHandle.Variable}}={{handle.Marker}}' /proc/[0-9]*/environ 2>/dev/null | tr -dc '0-9\n' | tr '\n' ' ')"
          table= ours=' ' sessions=' ' alive= count=0 file= text=
          all=$(LC_ALL=C grep -H '' /proc/[0-9]*/stat 2>/dev/null)
          set -f
          IFS='
        '
          for line in $all /:; do
            # A line break in a program's name begins another line of the same file.
            if [ "${line%%:*}" = "$file" ]; then text="$text ${line#*:}"; continue; fi
            pid=${file#/proc/}
            pid=${pid%/stat}
            IFS=' '
            set -- ${text##*) }
            [ "${20:-0}" -ge '{{handle.StartedAt}}' ] && [ "$pid" -ne 1 ] && table="$table$pid $2 $4 ${20} $1
        "
            file=${line%%:*} text=${line#*:}
          done
          unset IFS
          set +f
          changed=1
          while [ "$changed" ]; do
            changed=
            while read -r pid parent session started state; do
              [ -n "$pid" ] || continue
              has "$ours" "$pid" && continue
              has "$marked" "$pid" || has "$seen" "$pid:$started" || has "$ours" "$parent" || has "$sessions" "$session" || continue
              ours="$ours$pid "
              seen="$seen$pid:$started "
              [ "$session" = "$own" ] || sessions="$sessions$session "
              case $state in Z|X) ;; *) alive="$alive $pid"; count=$((count + 1)) ;; esac
              changed=1
            done <<END
        $table
        END
          done
        }
        """;
}
