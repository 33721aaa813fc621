using OpsDashboard.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Catalogue;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("https://ana:hunter2@db.example:5432/x", "https://ana:•••@db.example:5432/x")]
    [InlineData("redis://:hunter2@cache:6379", "redis://:•••@cache:6379")]
    [InlineData("https://ghp_hunter2@example.org/x", "https://•••@example.org/x")]
    [InlineData("https://ana:hun@ter2@db.example/x", "https://ana:•••@db.example/x")]
    [InlineData("http://host/m?api_key=hunter2&shard=3&access_token=hunter2#x", "http://host/m?api_key=•••&shard=3&access_token=•••#x")]
    [InlineData("Host=db;Username=ops;Password=hunter2;Database=x", "Host=db;Username=ops;Password=•••;Database=x")]
    [InlineData("Host=db;Pwd=\"hunter2;more\"", "Host=db;Pwd=•••")]
    [InlineData("`https://ana:hunter2@x` cannot be collected", "`https://ana:•••@x` cannot be collected")]
    [InlineData("https://host/path?tier=backend", "https://host/path?tier=backend")]
    [InlineData("https://example.org/@ana/x", "https://example.org/@ana/x")]
    [InlineData("127.0.0.1:9100", "127.0.0.1:9100")]
    [InlineData("rate(auth_tokens{system=\"x\"}[5m]) >= 3", "rate(auth_tokens{system=\"x\"}[5m]) >= 3")]
    public void Text_ShowsNoSecret(string text, string shown) => Assert.Equal(shown, SecretMask.Text(text));

    [Fact]
    public void Document_KeepsEverythingButTheSecrets()
    {
        const string yaml = """
            scrape_configs:
              - job_name: token-job # the job
                http_headers: { X-Key: hunter2, "X-Other": 'hunter2' }
                basic_auth:
                  username: ana
                  password_env: DB_PASSWORD
                  password: hunter2
                authorization: { type: Bearer, credentials: hunter2, credentials_file: /run/secret }
                params: { module: [http], api_key: ["hunter2", "hunter2"] }
                password_file: /run/db
                write_key: shop-page
                static_configs: [ { targets: ["https://ana:hunter2@host/x?token=hunter2"], labels: { tier: web } } ]
              - job_name: second
                http_headers:
                  Authorization: |
                    hunter2
                    hunter2
                  From: ${from_variable}
                component: api
            """;
        const string shown = """
            scrape_configs:
              - job_name: token-job # the job
                http_headers: { X-Key: •••, "X-Other": ••• }
                basic_auth:
                  username: •••
                  password_env: DB_PASSWORD
                  password: •••
                authorization: { type: Bearer, credentials: •••, credentials_file: /run/secret }
                params: { module: [http], api_key: [•••, •••] }
                password_file: /run/db
                write_key: shop-page
                static_configs: [ { targets: ["https://ana:•••@host/x?token=•••"], labels: { tier: web } } ]
              - job_name: second
                http_headers:
                  Authorization: •••
                  From: ${from_variable}
                component: api
            """;
        Assert.Equal(shown, SecretMask.Document(yaml));
    }

    [Fact]
    public void Document_ThatIsBroken_ShowsNoSecretEither()
    {
        var shown = SecretMask.Document("a: [\n- http_headers:\n    X-Key: hunter2\n    more\n- password: hunter2\n- token: { a: hunter2 }\n- url: https://a:hunter2@b/\nplain: yes\n");
        Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        Assert.Contains("plain: yes", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void ShippedDocuments_AreShownAsTheyAre()
    {
        var folder = Path.Combine(OpsDashboard.Tests.Testing.RunningProgram.SolutionFolder(), "OpsDashboard", "Systems");
        foreach (var file in Directory.EnumerateFiles(folder, "*.yml", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is "system.yml" or "targets.yml" or "kpis.yml" or "dashboards.yml" or "rules.yml"))
        {
            var text = File.ReadAllText(file);
            Assert.Equal(text, SecretMask.Document(text));
        }
    }
}
