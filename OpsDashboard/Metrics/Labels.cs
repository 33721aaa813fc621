using System.Collections;
using System.Text;

namespace OpsDashboard.Metrics;

/// <summary>One name and value of a series' identity.</summary>
public readonly record struct Label(string Name, string Value);

/// <summary>
/// The identity of a series: labels sorted by name (ordinal), the metric's name among them as <c>__name__</c>.
/// Immutable and thread-safe; equality and <see cref="Fingerprint"/> depend on the set of labels alone.
/// A label with an empty value is the same as no label, as in Prometheus' data model.
/// </summary>
public sealed class Labels : IEquatable<Labels>, IReadOnlyList<Label>
{
    /// <summary>The label that carries the metric's name.</summary>
    public const string NameLabel = "__name__";

    public static readonly Labels Empty = new([]);

    readonly Label[] sorted;

    Labels(Label[] sorted)
    {
        this.sorted = sorted;
        Fingerprint = Hash(sorted);
    }

    /// <summary>Builds an identity from labels in any order.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public static Labels From(IEnumerable<Label> labels)
    {
        var kept = labels.Where(label => label.Value.Length > 0).ToArray();
        Array.Sort(kept, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        for (var i = 1; i < kept.Length; i++)
        {
            if (kept[i].Name == kept[i - 1].Name)
                throw new ArgumentException($"Label {kept[i].Name} occurs twice.", nameof(labels));
        }
        return kept.Length == 0 ? Empty : new(kept);
    }

    /// <summary>Builds an identity from a metric name and name/value pairs in any order.</summary>
    public static Labels Of(string metric, params (string Name, string Value)[] pairs) =>
        From(pairs.Select(pair => new Label(pair.Name, pair.Value)).Append(new Label(NameLabel, metric)));

    /// <summary>The metric's name, or the empty string where an expression removed it.</summary>
    public string Metric => this[NameLabel] ?? "";

    /// <summary>A 64-bit hash of the label set; equal sets have equal fingerprints on every machine and in every version.</summary>
    public ulong Fingerprint { get; }

    public int Count => sorted.Length;

    public Label this[int index] => sorted[index];

    /// <summary>The value of a label, or null where it is absent.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (ref readonly var label in sorted.AsSpan())
            {
                if (label.Name == name)
                    return label.Value;
            }
            return null;
        }
    }

    /// <summary>The labels in order, without allocation.</summary>
    public ReadOnlySpan<Label> AsSpan() => sorted;

    /// <summary>The same labels with one set or replaced; an empty value removes it.</summary>
    public Labels With(string name, string value) => From(sorted.Where(label => label.Name != name).Append(new(name, value)));

    /// <summary>The same labels less those named.</summary>
    public Labels Without(params IReadOnlyCollection<string> names) => From(sorted.Where(label => !names.Contains(label.Name)));

    /// <summary>Only the labels named.</summary>
    public Labels Only(params IReadOnlyCollection<string> names) => From(sorted.Where(label => names.Contains(label.Name)));

    public bool Equals(Labels? other) =>
        other is not null && (ReferenceEquals(this, other) || (Fingerprint == other.Fingerprint && sorted.AsSpan().SequenceEqual(other.sorted)));

    public override bool Equals(object? other) => Equals(other as Labels);

    public override int GetHashCode() => Fingerprint.GetHashCode();

    /// <summary>PromQL's notation: <c>name{a="b",c="d"}</c>, values escaped.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Metric);
        var separator = '{';
        foreach (var label in sorted)
        {
            if (label.Name == NameLabel)
                continue;
            text.Append(separator).Append(label.Name).Append("=\"");
            text.Append(label.Value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
            separator = ',';
        }
        return separator == ',' ? text.Append('}').ToString() : text.Length == 0 ? "{}" : text.ToString();
    }

    public IEnumerator<Label> GetEnumerator() => ((IEnumerable<Label>)sorted).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // FNV-1a over UTF-8 with 0xFF between the parts (no byte of UTF-8), as Prometheus' model.Fingerprint.
    static ulong Hash(Label[] labels)
    {
        var hash = 14695981039346656037;
        foreach (var label in labels)
        {
            hash = Add(hash, label.Name);
            hash = Add(hash, label.Value);
        }
        return hash;
    }

    static ulong Add(ulong hash, string text)
    {
        const ulong Prime = 1099511628211;
        Span<byte> buffer = stackalloc byte[256];
        var bytes = Encoding.UTF8.GetMaxByteCount(text.Length) <= buffer.Length
            ? buffer[..Encoding.UTF8.GetBytes(text, buffer)]
            : Encoding.UTF8.GetBytes(text);
        foreach (var value in bytes)
            hash = (hash ^ value) * Prime;
        return (hash ^ 0xFF) * Prime;
    }
}
