using System.Text;

namespace OpsDashboard.Runbooks.Nodes.Streams;

/// <summary>
/// Takes out what a terminal would obey and a page must not: control sequences (CSI), strings for the terminal (OSC, DCS, SOS, PM, APC), every other control
/// character but tab and line ends, and the marks that turn the direction of writing. A line end closes a sequence that was left open, so that nothing can hide
/// what follows. Keeps its state from chunk to chunk. Not thread-safe.
/// </summary>
sealed class EscapeStripper
{
    const char Escape = '\u001b', Cancel = '\u0018', Substitute = '\u001a', Bell = '\a', StringEnd = '\u009c';

    State state;

    public void Strip(ReadOnlySpan<char> text, StringBuilder kept)
    {
        while (!text.IsEmpty)
        {
            if (state == State.Text)
            {
                var plain = PlainLength(text);
                kept.Append(text[..plain]);
                text = text[plain..];
                if (text.IsEmpty)
                    return;
            }
            state = Next(text[0], kept);
            text = text[1..];
        }
    }

    State Next(char letter, StringBuilder kept) => letter switch
    {
        '\n' or '\r' => Keep(letter, kept),
        Escape => state == State.String ? State.StringEscape : State.Escape,
        Cancel or Substitute => State.Text,
        _ => state switch
        {
            State.Escape or State.StringEscape => AfterEscape(letter, kept),
            // Intermediates, then one final letter.
            State.Intermediate => letter is >= ' ' and <= '/' ? State.Intermediate : letter > '~' ? Ground(letter, kept) : State.Text,
            State.Control => letter <= '?' ? State.Control : letter > '~' ? Ground(letter, kept) : State.Text,
            State.String => letter is Bell or StringEnd ? State.Text : State.String,
            _ => Ground(letter, kept),
        },
    };

    static State AfterEscape(char letter, StringBuilder kept) => letter switch
    {
        '[' => State.Control,
        ']' or 'P' or 'X' or '^' or '_' => State.String,
        >= ' ' and <= '/' => State.Intermediate,
        > '~' => Ground(letter, kept),
        _ => State.Text,
    };

    static State Ground(char letter, StringBuilder kept) => letter switch
    {
        '\t' => Keep(letter, kept),
        '\u009b' => State.Control,
        '\u0090' or '\u0098' or '\u009d' or '\u009e' or '\u009f' => State.String,
        _ => IsPlain(letter) ? Keep(letter, kept) : State.Text,
    };

    static State Keep(char letter, StringBuilder kept)
    {
        kept.Append(letter);
        return State.Text;
    }

    static int PlainLength(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!IsPlain(text[at]) && text[at] is not ('\n' or '\r' or '\t'))
                return at;
        }
        return text.Length;
    }

    static bool IsPlain(char letter) => letter is not (< ' ' or >= '\u007f' and <= '\u009f' or '\u200e' or '\u200f' or >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069' or '\ufeff');

    enum State { Text, Escape, Intermediate, Control, String, StringEscape }
}
