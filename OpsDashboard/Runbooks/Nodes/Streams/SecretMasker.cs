using System.Text;

namespace OpsDashboard.Runbooks.Nodes.Streams;

/// <summary>
/// Replaces secrets in text that arrives in pieces. What may be the beginning of one is held back until the next characters decide; a line end is waited for
/// only behind so much of a secret that it can hardly be chance, so that lines appear when they are written. Not thread-safe.
/// </summary>
sealed class SecretMasker(SecretNeedles needles)
{
    const string Replacement = "•••";

    /// <summary>So many characters of a secret at the end of a line hold the line back.</summary>
    const int Suspicious = 4;

    readonly StringBuilder held = new();
    readonly List<bool> isSecret = [];
    int state, lineEnds;
    bool inMask;

    /// <summary>How many times something was replaced.</summary>
    public long Count { get; private set; }

    public void Mask(ReadOnlySpan<char> text, StringBuilder masked)
    {
        if (needles.IsEmpty)
        {
            masked.Append(text);
            return;
        }
        while (!text.IsEmpty)
        {
            if (state == 0 && held.Length == 0)
            {
                var plain = text.IndexOfAny(needles.FirstLetters);
                plain = plain < 0 ? text.Length : plain;
                if (plain > 0)
                {
                    masked.Append(text[..plain]);
                    inMask = false;
                    text = text[plain..];
                    continue;
                }
            }
            Step(text[0], masked);
            text = text[1..];
        }
    }

    public void Complete(StringBuilder masked)
    {
        Release(held.Length, masked);
        state = 0;
    }

    void Step(char letter, StringBuilder masked)
    {
        held.Append(letter);
        isSecret.Add(false);
        if (letter is '\n' or '\r')
        {
            // A wrapped line ends in one line end, of one or two characters; what ends in more goes on as something else.
            if (++lineEnds > 2 || needles.Waiting(state) < Suspicious)
                Release(held.Length, masked);
            return;
        }
        lineEnds = 0;
        state = needles.Step(state, letter);
        MarkLast(needles.Found(state));
        KeepLast(needles.Waiting(state), masked);
    }

    // Of what was given out with its line already nothing can be taken back.
    void MarkLast(int letters)
    {
        for (var at = held.Length - 1; at >= 0 && letters > 0; at--)
        {
            if (held[at] is '\n' or '\r')
                continue;
            isSecret[at] = true;
            letters--;
        }
    }

    void KeepLast(int letters, StringBuilder masked)
    {
        var at = held.Length;
        while (letters > 0 && at > 0)
        {
            if (held[--at] is not ('\n' or '\r'))
                letters--;
        }
        Release(at, masked);
    }

    void Release(int length, StringBuilder masked)
    {
        for (var at = 0; at < length; at++)
        {
            if (!isSecret[at])
            {
                masked.Append(held[at]);
            }
            else if (!inMask)
            {
                masked.Append(Replacement);
                Count++;
            }
            inMask = isSecret[at];
        }
        held.Remove(0, length);
        isSecret.RemoveRange(0, length);
    }
}
