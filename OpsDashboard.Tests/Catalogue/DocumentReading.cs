using OpsDashboard.Catalogue;
using Xunit;

namespace OpsDashboard.Tests.Catalogue;

/// <summary>Reads one document as the catalogue would, with a syntax that refuses expressions holding "wrong".</summary>
sealed class DocumentReading(Func<IExpressionSyntax, ICatalogueDocument> make)
{
    readonly ICatalogueDocument document = make(new RefusesWrong());

    public T Read<T>(string yaml) where T : class
    {
        var reading = Catalogue(yaml).Read(documents: document);
        Assert.DoesNotContain(reading.Problems, problem => !problem.IsWarning);
        return reading.Systems[0].Document<T>()!;
    }

    public IEnumerable<string> Problems(string yaml) =>
        Catalogue(yaml).Problems(document).Select(problem => problem.Replace("shop/" + document.FileName + ":", ""));

    CatalogueText Catalogue(string yaml) => new CatalogueText().With("shop/" + document.FileName, yaml);

    sealed class RefusesWrong : IExpressionSyntax
    {
        public ExpressionFault? Explain(string expression) =>
            expression.IndexOf("wrong", StringComparison.Ordinal) is >= 0 and var at ? new("unexpected word", at) : null;
    }
}
