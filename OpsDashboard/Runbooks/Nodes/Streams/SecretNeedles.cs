using System.Buffers;
using System.Text;

namespace OpsDashboard.Runbooks.Nodes.Streams;

/// <summary>
/// What must not be seen in output: each secret as it is, and as programs commonly write it, found in one pass by one automaton (Aho and Corasick). Line ends do
/// not count, so that a secret is also found where it was wrapped. Immutable.
/// </summary>
public sealed class SecretNeedles
{
    public static readonly SecretNeedles None = new([]);

    readonly List<Place> places = [new(0)];

    /// <param name="secrets">In clear.</param>
    public SecretNeedles(IEnumerable<string> secrets)
    {
        foreach (var form in secrets.SelectMany(SecretForms.Of).ToHashSet(StringComparer.Ordinal))
            Add(form);
        Link();
        FirstLetters = SearchValues.Create(places[0].Next.Keys.ToArray());
    }

    internal SearchValues<char> FirstLetters { get; }

    internal bool IsEmpty => places.Count == 1;

    /// <summary>The state after one more character.</summary>
    internal int Step(int state, char letter)
    {
        while (true)
        {
            if (places[state].Next.TryGetValue(letter, out var next))
                return next;
            if (state == 0)
                return 0;
            state = places[state].Fallback;
        }
    }

    /// <summary>How many of the last characters may be the beginning of a secret that is not complete yet.</summary>
    internal int Waiting(int state) => places[state].Waiting;

    /// <summary>How many of the last characters are one; 0: none.</summary>
    internal int Found(int state) => places[state].Found;

    void Add(string form)
    {
        var state = 0;
        foreach (var letter in form)
        {
            if (!places[state].Next.TryGetValue(letter, out var next))
            {
                next = places.Count;
                places[state].Next[letter] = next;
                places.Add(new(places[state].Depth + 1));
            }
            state = next;
        }
        places[state].Found = form.Length;
    }

    void Link()
    {
        var waiting = new Queue<int>(places[0].Next.Values);
        while (waiting.TryDequeue(out var state))
        {
            var place = places[state];
            place.Found = Math.Max(place.Found, places[place.Fallback].Found);
            place.Waiting = place.Next.Count > 0 ? place.Depth : places[place.Fallback].Waiting;
            foreach (var (letter, next) in place.Next)
            {
                places[next].Fallback = Step(place.Fallback, letter);
                waiting.Enqueue(next);
            }
        }
    }

    sealed class Place(int depth)
    {
        public Dictionary<char, int> Next { get; } = [];
        public int Depth { get; } = depth;
        public int Fallback { get; set; }
        public int Found { get; set; }
        public int Waiting { get; set; }
    }
}

/// <summary>How programs write a secret: plain, in base64 (at each of the three places where it may stand in a longer text), URL-encoded, and as JSON.</summary>
static class SecretForms
{
    /// <summary>Nothing shorter is looked for: it stands in any text.</summary>
    public const int MinLength = 4;

    public static IEnumerable<string> Of(string secret)
    {
        var lines = secret.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // A key of many lines may be shown in part.
        string[] parts = lines.Length > 1 ? [secret, .. lines.Where(line => line.Length >= 12)] : [secret];
        return parts.SelectMany(Encoded).Select(form => form.ReplaceLineEndings("")).Where(form => form.Length >= MinLength);
    }

    static IEnumerable<string> Encoded(string text)
    {
        yield return text;
        yield return text.Trim();
        var json = System.Text.Json.JsonEncodedText.Encode(text).ToString();
        yield return json;
        yield return System.Text.Json.JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        var url = Uri.EscapeDataString(text);
        yield return url;
        yield return url.Replace("%20", "+", StringComparison.Ordinal);
        yield return LowerEscapes(url);
        yield return LowerEscapes(url).Replace("%20", "+", StringComparison.Ordinal);
        foreach (var form in Base64(Encoding.UTF8.GetBytes(text)))
        {
            yield return form;
            yield return form.Replace('+', '-').Replace('/', '_');
        }
    }

    static string LowerEscapes(string url) => System.Text.RegularExpressions.Regex.Replace(url, "%[0-9A-F]{2}", escape => escape.Value.ToLowerInvariant());

    // What stands before and after shares the first and the last letter; only those that the secret alone decides are looked for.
    static IEnumerable<string> Base64(byte[] bytes)
    {
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var first = ((before * 8) + 5) / 6;
            var last = (before + bytes.Length) * 8 / 6;
            if (last > first)
                yield return text[first..last];
        }
    }
}
