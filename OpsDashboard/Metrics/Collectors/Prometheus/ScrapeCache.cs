using System.Buffers.Binary;

namespace OpsDashboard.Metrics.Collectors.Prometheus;

/// <summary>
/// What the written form of each series means, from scrape to scrape: the text of a series is read once and compared from then on.
/// Entries also form the order of the last scrape, in which the next one nearly always comes. Not thread-safe.
/// </summary>
sealed class ScrapeCache
{
    // Series that come and go fill the cache up to twice what a scrape holds, and this.
    const int Slack = 1000;

    readonly Dictionary<ulong, Entry> byHash = [];

    /// <summary>The entry before the first of the next scrape.</summary>
    public Entry Start { get; } = new([], null);

    public int Count { get; private set; }

    public Entry? Find(ReadOnlySpan<byte> text)
    {
        byHash.TryGetValue(Hash(text), out var entry);
        while (entry is not null && !text.SequenceEqual(entry.Text))
            entry = entry.SameHash;
        return entry;
    }

    /// <param name="series">Null where relabelling drops the series.</param>
    public Entry Add(ReadOnlySpan<byte> text, SeriesRef? series)
    {
        var entry = new Entry(text.ToArray(), series);
        var hash = Hash(text);
        byHash.TryGetValue(hash, out var first);
        entry.SameHash = first;
        byHash[hash] = entry;
        Count++;
        return entry;
    }

    /// <summary>Forgets what the scrape did not see when there is too much of it.</summary>
    public void Trim(long scrape, int seen)
    {
        if (Count <= 2 * seen + Slack)
            return;
        var kept = byHash.Values.SelectMany(Chain).Where(entry => entry.Scrape == scrape).ToList();
        byHash.Clear();
        Count = kept.Count;
        foreach (var entry in kept)
        {
            var hash = Hash(entry.Text);
            byHash.TryGetValue(hash, out var first);
            entry.SameHash = first;
            byHash[hash] = entry;
            // Entries that are gone must not be kept alive by the order.
            if (entry.Next?.Scrape != scrape)
                entry.Next = null;
        }
    }

    static IEnumerable<Entry> Chain(Entry first)
    {
        for (var entry = first; entry is not null; entry = entry.SameHash)
            yield return entry;
    }

    static ulong Hash(ReadOnlySpan<byte> text)
    {
        const ulong Prime = 0x9E3779B97F4A7C15;
        var hash = (ulong)text.Length * Prime;
        while (text.Length >= 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text));
            text = text[8..];
        }
        foreach (var value in text)
            hash = Mix(hash ^ value);
        return hash;

        static ulong Mix(ulong value)
        {
            value *= Prime;
            return value ^ (value >> 29);
        }
    }

    public sealed class Entry(byte[] text, SeriesRef? series)
    {
        public byte[] Text => text;
        public SeriesRef? Series { get; set; } = series;
        /// <summary>Number of the scrape that saw it last.</summary>
        public long Scrape { get; set; }
        /// <summary>What followed it in the last scrape.</summary>
        public Entry? Next { get; set; }
        public Entry? SameHash { get; set; }
    }
}
