using OpsDashboard.Catalogue;

namespace OpsDashboard.Tests.Testing;

/// <summary>A catalogue that never changes.</summary>
public sealed class FixedCatalogue(CatalogueSnapshot snapshot) : ICatalogue
{
    public CatalogueSnapshot Current => snapshot;

    public IDisposable Subscribe(Action<CatalogueSnapshot> changed) => new Nothing();

    sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
