using System.Security.Cryptography;

namespace OpsDashboard.Logs.Files;

/// <summary>
/// How a file is told from another one that has its name: by its first bytes. Names change when files are rotated, and numbers of the file system
/// are given anew; the first line of a log, with its time, is not. Lines of one instant and the same text at the head of two files are the limit of it.
/// </summary>
/// <param name="Length">So many bytes were looked at; the file may have had no more then.</param>
/// <param name="Hash">SHA-256 of them.</param>
readonly record struct FileHead(int Length, string Hash)
{
    const int Most = 1024;

    public static readonly FileHead None = new(0, "");

    /// <summary>The head as the file has it now.</summary>
    public static FileHead Of(FileStream file) => Of(file, Most);

    /// <summary>Whether the file still begins with these bytes; a file of which nothing is known yet is any.</summary>
    public bool IsOf(FileStream file) => Length == 0 || Of(file, Length) == this;

    /// <summary>The file has more of a head now than when it was looked at.</summary>
    public bool MayGrow => Length < Most;

    static FileHead Of(FileStream file, int length)
    {
        Span<byte> bytes = stackalloc byte[Most];
        var read = 0;
        while (read < length && RandomAccess.Read(file.SafeFileHandle, bytes[read..length], read) is var more and > 0)
            read += more;
        return read == 0 ? None : new(read, Convert.ToHexStringLower(SHA256.HashData(bytes[..read])));
    }
}
