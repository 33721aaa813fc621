using OpsDashboard.Runbooks.Expressions;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

public sealed class TemplateTests
{
    static readonly StepInputs Inputs = new(
        new Dictionary<string, string> { ["unit"] = "api", ["tricky"] = "${parameters.unit}; rm -rf / \"'`" },
        new Dictionary<string, IReadOnlyDictionary<string, string>> { ["probe"] = new Dictionary<string, string> { ["status"] = "503" } });

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("${parameters.unit}", "api")]
    [InlineData("a ${parameters.unit} b ${steps.probe.status}", "a api b 503")]
    [InlineData("$${parameters.unit}", "${parameters.unit}")]
    [InlineData("$5 {x} $", "$5 {x} $")]
    public void Fill_PutsValuesIn(string text, string expected) => Assert.Equal(expected, Template.Parse(text).Fill(Inputs));

    [Fact]
    public void Fill_AValueThatLooksLikeATemplate_StaysText() =>
        Assert.Equal("${parameters.unit}; rm -rf / \"'`", Template.Parse("${parameters.tricky}").Fill(Inputs));

    [Theory]
    [InlineData("${unit}")]
    [InlineData("${parameters.}")]
    [InlineData("${parameters.unit")]
    [InlineData("${steps.probe}")]
    [InlineData("${env.HOME}")]
    [InlineData("${parameters.a + 1}")]
    public void Parse_AnythingElse_IsRefused(string text) =>
        Assert.Contains("is neither ${parameters.name} nor ${steps.name.output}", Assert.Throws<FormatException>(() => Template.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Preview_OutputsThatAreNotThereYet_StayAsTheyStand() =>
        Assert.Equal("pid ${steps.before.pid}", Template.Parse("pid ${steps.before.pid}").Fill(StepInputs.None));

    [Fact]
    public void Fill_AMissingOutput_SaysWhich() =>
        Assert.Equal("The step probe gave no output body.", Assert.Throws<MissingInputException>(() => Template.Parse("${steps.probe.body}").Fill(Inputs)).Message);

    [Theory]
    [InlineData("${steps.probe.status} == 503", true)]
    [InlineData("${steps.probe.status} != 200", true)]
    [InlineData("${steps.probe.status} < 600", true)]
    [InlineData("${steps.probe.status} >= 504", false)]
    [InlineData("${steps.probe.status} == 503.0", true)]
    [InlineData("${parameters.unit} == api", true)]
    [InlineData("${parameters.unit} == \"api\"", true)]
    [InlineData("${parameters.unit} != 'api'", false)]
    [InlineData("${parameters.unit} > 3", false)]
    public void Condition_ComparesNumbersAsNumbersAndTextsAsTexts(string text, bool holds) => Assert.Equal(holds, Condition.Parse(text).Holds(Inputs));

    [Theory]
    [InlineData("${parameters.unit}")]
    [InlineData("")]
    [InlineData("== 3")]
    public void Condition_NoComparison_IsRefused(string text) => Assert.Throws<FormatException>(() => Condition.Parse(text));
}
