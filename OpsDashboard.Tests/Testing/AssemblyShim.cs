using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace OpsDashboard.Tests.Testing;

/// <summary>bUnit 2 asks for AngleSharp.Diffing under an identity that the package does not carry; resolve it to the file beside us.</summary>
static class AssemblyShim
{
    [ModuleInitializer]
    internal static void Register() => AssemblyLoadContext.Default.Resolving += (context, name) =>
        name.Name == "AngleSharp.Diffing" ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "AngleSharp.Diffing.dll")) : null;
}
