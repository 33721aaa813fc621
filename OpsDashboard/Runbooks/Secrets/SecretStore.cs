using System.Text;
using System.Text.RegularExpressions;
using OpsDashboard.Metrics.Collectors;
using OpsDashboard.Runbooks.Nodes.Streams;

namespace OpsDashboard.Runbooks.Secrets;

/// <summary>Secrets by name. Thread-safe.</summary>
public interface ISecrets
{
    /// <summary>The secret, read anew at each call so that a rotated one is picked up.</summary>
    /// <exception cref="SecretMissingException">Nothing holds it, or what holds it cannot be used; the message is fit for a person.</exception>
    SecretValue Find(string name);
}

/// <summary>
/// Reads secrets from <c>Secrets:{name}</c>, from the file that <c>Secrets:{name}File</c> names, or from the file of this name in <c>Secrets:Folder</c> (a mounted
/// one), in this order.
/// </summary>
public sealed partial class SecretStore(IConfiguration configuration) : ISecrets
{
    /// <summary>A key of 16,384 bits has 13 KB.</summary>
    const int MaxBytes = 64 << 10;

    const string Folder = "Folder";

    public const string NameRule = "Use letters, digits, _ and -, beginning with a letter, at most 63; neither `Folder` nor an ending `File`.";

    public static bool IsName(string name) => Name().IsMatch(name) && !name.Equals(Folder, StringComparison.OrdinalIgnoreCase) && !name.EndsWith("File", StringComparison.OrdinalIgnoreCase);

    public SecretValue Find(string name)
    {
        if (!IsName(name))
            throw new SecretMissingException($"`{name}` is no name of a secret. {NameRule}");
        var text = Setting(name) ?? Named(name) ?? Mounted(name)
            ?? throw new SecretMissingException($"There is no secret `{name}`: set Secrets__{name}, Secrets__{name}File, or put a file of this name into Secrets__Folder.");
        if (text.Trim().Length < SecretForms.MinLength)
            throw new SecretMissingException($"The secret `{name}` has fewer than {SecretForms.MinLength} characters: it could not be hidden in output.");
        return text.Contains('\0') ? throw new SecretMissingException($"The secret `{name}` holds a NUL: it is no text.") : new(name, text);
    }

    string? Setting(string name) => configuration[$"Secrets:{name}"] is { Length: > 0 } text ? text : null;

    string? Named(string name) => configuration[$"Secrets:{name}File"] is { Length: > 0 } file ? Read(name, file) : null;

    string? Mounted(string name) =>
        configuration[$"Secrets:{Folder}"] is { Length: > 0 } folder && Path.Combine(folder, name) is var file && File.Exists(file) ? Read(name, file) : null;

    // The path stands in the settings, not in the catalogue: whoever sets it has the machine already.
    static string Read(string name, string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var bytes = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxBytes
                ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length).TrimEnd('\r', '\n')
                : throw new SecretMissingException($"The file of the secret `{name}` has more than {MaxBytes >> 10} KB.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SecretMissingException($"The file of the secret `{name}` cannot be read.");
        }
        catch (DecoderFallbackException)
        {
            throw new SecretMissingException($"The file of the secret `{name}` is not UTF-8.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
