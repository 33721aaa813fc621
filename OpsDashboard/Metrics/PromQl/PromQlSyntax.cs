using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.PromQl.Parsing;

namespace OpsDashboard.Metrics.PromQl;

/// <summary>Judges the expressions in catalogue files; needs no samples.</summary>
sealed class PromQlSyntax : IExpressionSyntax
{
    public ExpressionFault? Explain(string expression)
    {
        try
        {
            Parser.Parse(expression);
            return null;
        }
        catch (PromQlException fault)
        {
            return new(fault.Message, fault.Position);
        }
    }
}
