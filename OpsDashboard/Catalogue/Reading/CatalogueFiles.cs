using System.Security.Cryptography;
using System.Text;

namespace OpsDashboard.Catalogue.Reading;

/// <summary>The texts of a catalogue's folder at one moment, by path relative to it (with <c>/</c>). Immutable.</summary>
public sealed record CatalogueFiles(IReadOnlyDictionary<string, string> Texts, IReadOnlyList<CatalogueProblem> Problems)
{
    /// <summary>A longer file is refused: nobody reads that much YAML, and a parser would spend minutes on a hostile one.</summary>
    public const int MaxBytes = 1 << 20;

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads every YAML file of the folder itself, of a system's folder and of the folders in it, as a team keeps them. Never throws: what cannot be read is a problem.</summary>
    public static CatalogueFiles Read(string root)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<CatalogueProblem>();
        if (!Directory.Exists(root))
            problems.Add(new("", 0, $"The catalogue's folder {root} does not exist.", "Create it or set Catalogue__Path."));
        else
            ReadFolders(root, texts, problems);
        return new(texts, problems);
    }

    /// <summary>The same without the folders of these systems, and without what is wrong in them.</summary>
    public CatalogueFiles Without(IReadOnlySet<string> systems) => systems.Count == 0
        ? this
        : new(Texts.Where(text => !systems.Contains(Folder(text.Key))).ToDictionary(), [.. Problems.Where(problem => !systems.Contains(Folder(problem.File)))]);

    static string Folder(string path) => path.Split('/')[0];

    /// <summary>SHA-256 over all paths and texts, and over the variables, in hexadecimal.</summary>
    public string Hash(IReadOnlyDictionary<string, string> variables)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in Texts.Concat(variables.OrderBy(pair => pair.Key, StringComparer.Ordinal)))
        {
            Append(hash, key);
            Append(hash, value);
        }
        foreach (var problem in Problems)
            Append(hash, problem.ToString());
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A short name for one version of one file.</summary>
    public static string Version(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    static void ReadFolders(string root, SortedDictionary<string, string> texts, List<CatalogueProblem> problems)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(root).Where(file => Path.GetExtension(file) is ".yml" or ".yaml"))
                ReadFile(file, Path.GetFileName(file), texts, problems);
            foreach (var folder in Folders(root).SelectMany(folder => Folders(folder).Prepend(folder)))
            {
                foreach (var file in Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".yml" or ".yaml"))
                    ReadFile(file, Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'), texts, problems);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new("", 0, $"The catalogue's folder cannot be read: {error.Message}", "Give the program's user the right to read it."));
        }
    }

    static IEnumerable<string> Folders(string folder) => Directory.EnumerateDirectories(folder).Where(inner => !Path.GetFileName(inner).StartsWith('.'));

    static void ReadFile(string path, string name, SortedDictionary<string, string> texts, List<CatalogueProblem> problems)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MaxBytes)
            {
                problems.Add(new(name, 0, $"The file has {stream.Length:N0} bytes; at most {MaxBytes:N0} are read.", "Split it, or remove what does not belong there."));
                return;
            }
            using var reader = new StreamReader(stream, Strict);
            texts[name] = reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            problems.Add(new(name, 0, "The file is not UTF-8.", "Save it as UTF-8."));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(name, 0, $"The file cannot be read: {error.Message}", "Give the program's user the right to read it."));
        }
    }

    static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
