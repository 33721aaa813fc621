using OpsDashboard.Shell;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Shell;

public sealed class CheckCommandTests
{
    readonly string folder = RealServer.TemporaryFolder("check");
    readonly StringWriter output = new();

    [Fact]
    public async Task Check_GoodCatalogue_PrintsWhatItHolds()
    {
        WriteGood();
        Assert.Equal(0, await CheckCommand.RunAsync([folder], output));
        Assert.Equal("test: 1 system, 1 component, 0 targets, 0 KPIs, 0 alert rules, 0 runbooks, 0 dashboards.\n", output.ToString());
    }

    [Fact]
    public async Task Check_ProblemsInEveryFile_PrintsThemAllAndFails()
    {
        WriteGood();
        Write("shop/targets.yml", "scrape_configs:\n  - { job_name: j, static_configs: [{ targets: [\"${gone}\"] }], kind: ftp }\n");
        Write("shop/rules.yml", "groups:\n  - name: g\n    rules:\n      - { alert: A, expr: 'sum(up', annotations: { summary: s } }\n");
        Write("shop/kpis.yml", "kpis: [{ id: a, title: A, expr: up, unit: fps, definition: D }]\n");
        Assert.Equal(1, await CheckCommand.RunAsync([folder], output));
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Collection(lines,
            line => Assert.StartsWith("shop/kpis.yml:1: `unit: fps` is not one of none, count,", line),
            line => Assert.StartsWith("shop/rules.yml:4: `expr` is not a PromQL expression:", line),
            line => Assert.StartsWith("shop/targets.yml:2: `kind: ftp` is not known. Known kinds: ", line),
            line => Assert.Equal("3 problems.", line));
    }

    [Fact]
    public async Task Check_WarningAlone_Passes()
    {
        WriteGood();
        Write("shop/other.yml", "a: b\n");
        Assert.Equal(0, await CheckCommand.RunAsync([folder], output));
        Assert.StartsWith("warning: shop/other.yml:0: Nothing reads other.yml.", output.ToString());
    }

    [Fact]
    public async Task Check_TwoEnvironments_ReadsBothUnlessOneIsNamed()
    {
        WriteGood();
        Write("environments/empty.yml", "variables: {}\n");
        Write("shop/system.yml", "id: shop\nname: Shop ${place}\nshort: SH\ncomponents: [{ id: api, name: API, kind: api }]\n");
        Assert.Equal(1, await CheckCommand.RunAsync([folder], output));
        Assert.Equal(0, await CheckCommand.RunAsync([folder, "--environment", "test"], output));
    }

    [Fact]
    public async Task Check_FolderThatIsNotThere_SaysSo()
    {
        Assert.Equal(1, await CheckCommand.RunAsync([Path.Combine(folder, "nowhere")], output));
        Assert.Contains("does not exist. Create it or set Catalogue__Path.", output.ToString());
    }

    [Theory]
    [InlineData()]
    [InlineData("a", "b")]
    [InlineData("--help")]
    public async Task Check_WrongArguments_PrintsTheUsage(params string[] args)
    {
        Assert.Equal(2, await CheckCommand.RunAsync(args, output));
        Assert.Equal(CheckCommand.Usage + "\n", output.ToString());
    }

    void WriteGood()
    {
        Write("environments/test.yml", "variables: { place: here }\n");
        Write("shop/system.yml", "id: shop\nname: Shop\nshort: SH\ncomponents: [{ id: api, name: API, kind: api }]\n");
    }

    void Write(string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
