using System.Diagnostics;
using System.Text.Json;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Shell;

/// <summary>The commands as people run them: processes of the built program, whose services must all be found.</summary>
public sealed class CommandProcessTests
{
    readonly string data = RealServer.TemporaryFolder("command");

    [Fact]
    public async Task Import_ThenQuery_AnswersWhatWasImported()
    {
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 3600;
        var file = Path.Combine(data, "samples.txt");
        await File.WriteAllTextAsync(file, $"# TYPE bread gauge\nbread{{shelf=\"1\"}} 41 {at - 15}\nbread{{shelf=\"1\"}} 42 {at}\n# EOF\n");
        var (code, output, errors) = await RunAsync("import", file);
        Assert.Equal(("", 0), (errors, code));
        Assert.Contains("2 samples of 1 series stored", output, StringComparison.Ordinal);

        await using var program = await RunningProgram.StartAsync(new Dictionary<string, string> { ["Storage__DataDirectory"] = data, ["Simulator__Enabled"] = "false" });
        using var client = new HttpClient { BaseAddress = new(program.Address), DefaultRequestHeaders = { Authorization = new("Bearer", RunningProgram.ApiToken) } };
        var answer = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/query?query=bread&time={at}")).RootElement;
        Assert.Equal("42", answer.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString());
    }

    [Fact]
    public async Task Import_MalformedFile_StoresNothingAndSaysWhere()
    {
        var file = Path.Combine(data, "wrong.txt");
        await File.WriteAllTextAsync(file, "# TYPE bread gauge\nbread 41 100\nbread {\n# EOF\n");
        var (code, _, errors) = await RunAsync("import", file);
        Assert.Equal(1, code);
        Assert.Contains("line 3", errors, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Nothing was stored", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignInLink_ThenVerifyAudit_FindsItInAnUnbrokenChain()
    {
        var (code, output, errors) = await RunAsync("sign-in-link");
        Assert.Equal(("", 0), (errors, code));
        Assert.Contains("/sign-in?code=", output, StringComparison.Ordinal);
        (code, output, errors) = await RunAsync("verify-audit");
        Assert.Equal(("", 0), (errors, code));
        Assert.StartsWith("Intact", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_NobodyListens_Fails()
    {
        var (code, _, _) = await RunAsync("probe", $"http://127.0.0.1:{RealServer.FreePort()}/");
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task ExportRunbooks_WritesEveryShippedRunbookWithItsCommands()
    {
        var folder = Path.Combine(data, "for-the-dark-day");

        var (code, output, errors) = await RunAsync("export-runbooks", folder, "--environment", "simulator");

        Assert.Equal(("", 0), (errors, code));
        var shipped = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(RunningProgram.BuiltProgram)!, "Systems"), "*.yml", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "runbooks").Select(file => Path.Combine(Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(file)))!, $"{Path.GetFileNameWithoutExtension(file)}.md"));
        var written = Directory.GetFiles(folder, "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file));
        Assert.NotEmpty(shipped);
        Assert.Equal(shipped.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
        Assert.Contains($"{shipped.Count()} runbooks of the environment simulator", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExportRunbooks_WithoutFolder_SaysHow()
    {
        var (code, output, _) = await RunAsync("export-runbooks");
        Assert.Equal((2, "Usage: OpsDashboard export-runbooks <folder> [--environment <name>]"), (code, output.Trim()));
    }

    async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [RunningProgram.BuiltProgram, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = data };
        start.Environment["Storage__DataDirectory"] = data;
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await errors);
    }
}
