using System.Runtime.CompilerServices;
using OpsDashboard.Runbooks.Steps;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Steps;

public sealed class StepKindTableTests
{
    [Fact]
    public void Table_NamesEveryKind_AndNoOther()
    {
        var kinds = typeof(IStepKind).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IStepKind)) && type is { IsInterface: false, IsAbstract: false })
            .Select(type => ((IStepKind)RuntimeHelpers.GetUninitializedObject(type)).Kind).Order(StringComparer.Ordinal);
        var rows = File.ReadLines(Path.Combine(RunningProgram.SolutionFolder(), "OpsDashboard", "Runbooks", "Steps", "README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);
        Assert.Equal(kinds, rows.Order(StringComparer.Ordinal));
    }
}
