namespace OpsDashboard.Simulator.Parts;

/// <summary>A file of lines that is rolled at 4 MiB; one old file is kept. Lines may be added by anyone; flushed by one caller at a time.</summary>
sealed class RolledFile(string folder, string name)
{
    const int MostLines = 5000;
    const int Remembered = 500;
    const long MostBytes = 4 * 1024 * 1024;

    readonly Lock gate = new();
    readonly List<string> unwritten = [];
    readonly Queue<string> latest = new();
    readonly string path = Path.Combine(folder, name);

    public void Add(string line)
    {
        lock (gate)
        {
            if (unwritten.Count < MostLines)
                unwritten.Add(line);
            latest.Enqueue(line);
            if (latest.Count > Remembered)
                latest.Dequeue();
        }
    }

    /// <summary>The newest lines, whether they are written yet or not, oldest first.</summary>
    public IReadOnlyList<string> Latest()
    {
        lock (gate)
            return [.. latest];
    }

    public async Task FlushAsync(CancellationToken stop)
    {
        string[] lines;
        lock (gate)
        {
            lines = [.. unwritten];
            unwritten.Clear();
        }
        if (lines.Length == 0)
            return;
        Directory.CreateDirectory(folder);
        var file = new FileInfo(path);
        if (file.Exists && file.Length > MostBytes)
            file.MoveTo(path + ".1", overwrite: true);
        await File.AppendAllLinesAsync(path, lines, stop);
    }
}
