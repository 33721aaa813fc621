using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Catalogue.Reading;
using Xunit;

namespace OpsDashboard.Tests.Catalogue;

public sealed class LeftOutSystemsTests : IDisposable
{
    static readonly Actor Admin = new("1", "Ana", ActorKind.Person, [new(Role.Admin, null)]);

    readonly string folder = Directory.CreateTempSubdirectory("left-out").FullName;

    string FileName => Path.Combine(folder, "data", "left-out.json");

    [Fact]
    public async Task Add_HoldsOverARestart()
    {
        await new LeftOutSystems(FileName).AddAsync(Admin, ["a", "b"], default);
        var again = new LeftOutSystems(FileName);
        Assert.Equal(["a", "b"], again.Ids.Order());
        await again.RemoveAsync(Admin, ["a", "b"], default);
        Assert.Empty(new LeftOutSystems(FileName).Ids);
    }

    [Fact]
    public async Task Add_WithoutThePermission_IsRefused()
    {
        var responder = new Actor("2", "Ben", ActorKind.Person, [new(Role.Responder, null)]);
        var leftOut = new LeftOutSystems(FileName);
        await Assert.ThrowsAsync<AccessDeniedException>(() => leftOut.AddAsync(responder, ["a"], default));
        Assert.Empty(leftOut.Ids);
    }

    [Fact]
    public void Read_BrokenFile_SaysWhichAndHowToMend()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileName)!);
        File.WriteAllText(FileName, "{");
        Assert.Contains(FileName, Assert.Throws<InvalidOperationException>(() => new LeftOutSystems(FileName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_LeavesTheOthersAndTheirProblems()
    {
        var files = new CatalogueFiles(new Dictionary<string, string> { ["a/system.yml"] = "1", ["b/system.yml"] = "2" }, [new("a/x.yml", 0, "m", "r"), new("b/x.yml", 0, "m", "r")]);
        var rest = files.Without(new HashSet<string> { "a" });
        Assert.Equal(["b/system.yml"], rest.Texts.Keys);
        Assert.Equal("b/x.yml", Assert.Single(rest.Problems).File);
        Assert.Same(files, files.Without(new HashSet<string>()));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
