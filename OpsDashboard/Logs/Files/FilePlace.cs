using System.Globalization;

namespace OpsDashboard.Logs.Files;

/// <summary>A place in a file, whatever the file is called.</summary>
readonly record struct FilePlace(FileHead Head, long Offset)
{
    /// <summary>As it is stored, see <see cref="SourcePlace.Place"/>: length and hash of the head, offset.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Head.Length}:{Head.Hash}:{Offset}");

    public static FilePlace Parse(string text) => text.Split(':') is [var length, var hash, var offset]
        ? new(new(int.Parse(length, CultureInfo.InvariantCulture), hash), long.Parse(offset, CultureInfo.InvariantCulture))
        : throw new FormatException($"`{text}` is no place in a file.");
}
