using System.Text;

namespace OpsDashboard.Runbooks.Nodes.Ssh;

/// <summary>
/// Tells what the script on the other machine says apart from what the command writes: the script begins each sentence with a sign that only this connection
/// knows. How the bytes are cut into chunks makes no difference. Not thread-safe.
/// </summary>
sealed class ControlFrames(string nonce)
{
    const byte Begin = 0x1e, End = (byte)'\n';
    const int MaxLength = 200;

    readonly byte[] sign = [Begin, .. Encoding.ASCII.GetBytes($"opsdashboard {nonce} ")];
    readonly List<byte> held = [];

    /// <summary>Hands on what is output in <paramref name="output"/> and returns the sentences that are complete.</summary>
    public List<string> Read(ReadOnlySpan<byte> chunk, List<byte> output)
    {
        var sentences = new List<string>();
        while (!chunk.IsEmpty)
        {
            if (held.Count == 0)
            {
                var begin = chunk.IndexOf(Begin);
                output.AddRange(begin < 0 ? chunk : chunk[..begin]);
                if (begin < 0)
                    return sentences;
                chunk = chunk[begin..];
            }
            Take(chunk[0], output, sentences);
            chunk = chunk[1..];
        }
        return sentences;
    }

    /// <summary>What was held back when the stream ended.</summary>
    public byte[] Complete()
    {
        byte[] rest = [.. held];
        held.Clear();
        return rest;
    }

    void Take(byte next, List<byte> output, List<string> sentences)
    {
        var isSign = held.Count < sign.Length;
        if (isSign ? next != sign[held.Count] : held.Count > MaxLength)
        {
            output.AddRange(held);
            held.Clear();
            // What ends one attempt may begin the next.
            if (next == Begin)
                held.Add(next);
            else
                output.Add(next);
            return;
        }
        if (!isSign && next == End)
        {
            sentences.Add(Encoding.ASCII.GetString([.. held[sign.Length..]]));
            held.Clear();
            return;
        }
        held.Add(next);
    }
}
