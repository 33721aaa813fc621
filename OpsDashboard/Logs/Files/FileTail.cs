namespace OpsDashboard.Logs.Files;

/// <summary>
/// Follows one file through its rotations, whether it is renamed and begun anew or copied and emptied: what was not read of the old one is read from where
/// it went, then the new one from its beginning. What was read counts only once it is stored (<see cref="Move"/>, then <see cref="Commit"/>); else it is
/// read again (<see cref="Rewind"/>). Not thread-safe.
/// </summary>
sealed class FileTail(string path, LineOrigin origin, IReadOnlyList<LineLevel> levels, TimeProvider clock) : IDisposable
{
    /// <summary>Of a file that was never seen before, so much of its end is read.</summary>
    public const long MaxBacklog = 16 * 1024 * 1024;

    /// <summary>The problem that is none: a program that has nothing to say may not have begun its file.</summary>
    public const string Missing = "does not exist";

    /// <summary>A rotated file may still be written to by who has it open.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    static readonly TimeSpan RotationCheck = TimeSpan.FromSeconds(1);

    /// <summary>Letters of the last line that are kept to be shown.</summary>
    const int ShownLine = 300;

    readonly LineCutter cutter = new();
    FileStream? file;
    FileHead head;
    long offset;
    bool isAtLineStart = true;
    long quietSince, checkedAt;
    FilePlace? committed;
    int taken;

    public string Path { get; } = path;

    public string? Component => origin.Component;

    /// <summary>Why it cannot be read, in a sentence; null while all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Bytes that are there and were not read.</summary>
    public long Behind => file is null ? 0 : Math.Max(0, file.Length - offset);

    /// <summary>How far what was read is stored.</summary>
    public SourcePlace? Stored { get; private set; }

    /// <summary>The beginning of the last line that was read.</summary>
    public string? LastLine { get; private set; }

    /// <summary>Goes on where an earlier reader had come to.</summary>
    public void Resume(SourcePlace place) => (Stored, committed) = (place, FilePlace.Parse(place.Place));

    /// <summary>Adds the lines that came, at most about <paramref name="budget"/> bytes of them.</summary>
    /// <returns>Bytes read.</returns>
    public int Read(List<LogEntry> entries, int budget)
    {
        var before = entries.Count;
        try
        {
            if (file is null && !Begin())
                return 0;
            if (file!.Length < offset || !head.IsOf(file))
                Emptied(entries);
            if (file is null)
                return 0;
            var read = ReadOpen(entries, budget);
            if (head.MayGrow)
                head = FileHead.Of(file);
            if (read > 0)
                quietSince = clock.GetTimestamp();
            else
                FollowRotation(entries);
            Problem = null;
            return read;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Problem = failure is UnauthorizedAccessException ? "may not be read by the dashboard" : failure.Message;
            // Where it came to is lost, so it begins again where the last commit ended.
            entries.RemoveRange(before, entries.Count - before);
            Rewind();
            return 0;
        }
    }

    /// <summary>What storing the lines that were read moves on; null: nothing.</summary>
    public SourceMove? Move() => Reached is { } place && place != committed ? new(origin.SystemId!, Path, committed?.ToString(), place.ToString(), taken) : null;

    /// <summary>What was read is stored.</summary>
    public void Commit(SourceMove move, DateTimeOffset at)
    {
        committed = FilePlace.Parse(move.To);
        Stored = new(move.SystemId, move.Source, move.To, (Stored?.Lines ?? 0) + move.Lines, at, move.Lines > 0 ? at : Stored?.LastLineAt);
        taken = 0;
    }

    FilePlace? Reached => file is null ? null : new(head, offset - cutter.Pending);

    /// <summary>What was read was not stored: it is read again.</summary>
    public void Rewind()
    {
        Close();
        taken = 0;
    }

    bool Begin()
    {
        if (FileChain.Find(Path, committed?.Head ?? FileHead.None) is not { } found)
        {
            Problem = Missing;
            return false;
        }
        Open(found.Path, found.IsSame ? committed!.Value.Offset : 0);
        if (found.IsSame && offset > file!.Length)
            offset = 0;
        else if (committed is null && file!.Length > MaxBacklog)
            (offset, isAtLineStart) = (file.Length - MaxBacklog, false);
        head = found.IsSame ? committed!.Value.Head : FileHead.Of(file!);
        return true;
    }

    // Nothing was lost where what was not read yet was copied before.
    void Emptied(List<LogEntry> entries)
    {
        var unread = offset - cutter.Pending;
        if (FileChain.Find(Path, head) is { IsSame: true } copy)
        {
            Open(copy.Path, unread);
            return;
        }
        // What it was is gone, so that this line can be read nowhere again.
        cutter.Finish(line => Add(entries, line));
        if (!File.Exists(Path))
        {
            Problem = Missing;
            Close();
            return;
        }
        Open(Path, 0);
        head = FileHead.Of(file!);
    }

    int ReadOpen(List<LogEntry> entries, int budget)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var total = 0;
            while (total < budget && RandomAccess.Read(file!.SafeFileHandle, buffer.AsSpan(0, Math.Min(buffer.Length, budget - total)), offset) is var read and > 0)
            {
                total += read;
                offset += read;
                cutter.Take(FromLineStart(buffer.AsSpan(0, read)), line => Add(entries, line));
            }
            return total;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Where reading began in the middle of a file, the first line is not whole.
    ReadOnlySpan<byte> FromLineStart(ReadOnlySpan<byte> bytes)
    {
        if (isAtLineStart)
            return bytes;
        var end = bytes.IndexOf((byte)'\n');
        isAtLineStart = end >= 0;
        return end < 0 ? [] : bytes[(end + 1)..];
    }

    void FollowRotation(List<LogEntry> entries)
    {
        if (clock.GetElapsedTime(checkedAt) < RotationCheck)
            return;
        checkedAt = clock.GetTimestamp();
        if (head.Length == 0)
        {
            // Of an empty file nothing tells whether it still has its name.
            Close();
            return;
        }
        if (FileChain.After(Path, head) is not { } next || clock.GetElapsedTime(quietSince) < Grace)
            return;
        cutter.Finish(line => Add(entries, line));
        Open(next, 0);
        head = FileHead.Of(file!);
    }

    void Add(List<LogEntry> entries, ReadOnlyMemory<byte> line)
    {
        var entry = LogLine.Parse(line.Span, origin, clock.GetUtcNow());
        if (levels.Count == 0 || levels.Contains(entry.Level))
        {
            entries.Add(entry);
            taken++;
            LastLine = entry.Message.Length > ShownLine ? string.Concat(entry.Message.AsSpan(0, ShownLine), "…") : entry.Message;
        }
    }

    void Open(string from, long at)
    {
        Close();
        file = FileChain.Open(from);
        offset = at;
        quietSince = clock.GetTimestamp();
    }

    void Close()
    {
        file?.Dispose();
        file = null;
        cutter.Clear();
        isAtLineStart = true;
    }

    public void Dispose() => Close();
}
