namespace OpsDashboard.Logs.Files;

/// <summary>
/// Cuts what is read from a file into lines, in bounded memory. A line that is longer than one may be is given as far as it fits, once it ends: what was
/// given lies before what is <see cref="Pending"/>, always. Not thread-safe.
/// </summary>
sealed class LineCutter
{
    // One more than a line may have, so that its reader sees that it was longer.
    const int Capacity = LogLimits.MaxLineBytes + 1;

    byte[] buffer = new byte[16 * 1024];
    int filled;

    /// <summary>Bytes that were taken and belong to no finished line yet.</summary>
    public long Pending { get; private set; }

    /// <summary>Takes bytes and calls back with every line that they finish, without its line end.</summary>
    public void Take(ReadOnlySpan<byte> bytes, Action<ReadOnlyMemory<byte>> line)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOf((byte)'\n');
            Keep(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
            {
                Pending += bytes.Length;
                return;
            }
            End(line);
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Gives what is there as a line: nothing more will come.</summary>
    public void Finish(Action<ReadOnlyMemory<byte>> line)
    {
        if (Pending > 0)
            End(line);
    }

    public void Clear() => (filled, Pending) = (0, 0);

    // Beyond the capacity nothing is kept.
    void Keep(ReadOnlySpan<byte> part)
    {
        var room = Math.Min(part.Length, Capacity - filled);
        if (filled + room > buffer.Length)
            Array.Resize(ref buffer, Math.Min(Capacity, Math.Max(filled + room, buffer.Length * 2)));
        part[..room].CopyTo(buffer.AsSpan(filled));
        filled += room;
    }

    void End(Action<ReadOnlyMemory<byte>> line)
    {
        var length = filled > 0 && filled < Capacity && buffer[filled - 1] == '\r' ? filled - 1 : filled;
        if (length > 0)
            line(buffer.AsMemory(0, length));
        Clear();
        // A long line must not keep its memory for ever.
        if (buffer.Length > 256 * 1024)
            buffer = new byte[16 * 1024];
    }
}
