using System.Text;
using FsCheck;
using OpsDashboard.Runbooks.Nodes.Streams;
using Xunit;
using Random = System.Random;

namespace OpsDashboard.Tests.Runbooks.Nodes.Streams;

public sealed class OutputReaderTests
{
    const string Secret = "kä7+/ Geheim&\"x";
    const string Key = "-----BEGIN KEY-----\nAAAAB3NzaC1yc2EAAAADAQAB\nxyzzyPLUGHxyzzy0123456789\n-----END KEY-----";

    static readonly string Base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret));

    static readonly string[] Pieces =
    [
        "plain text ", "\n", "\r\n", "\r", "\t", "é", "日本", "😀", "\u001b[31m", "\u001b[0;1", "m", "\u001b]0;title\a", "\u001b]8;;http://x\u001b\\", "\u001bP", "\u009b2J", "\u001b(B", "\u001b", "\0", "\b",
        "\u0085", "\u202e", "\u007f", Secret, Secret[..7], Secret[7..], Secret[..3] + "\u001b[0m" + Secret[3..], Base64, Base64[..9] + "\n" + Base64[9..], Uri.EscapeDataString(Secret),
        Uri.EscapeDataString(Secret).ToLowerInvariant(), Key, "xyzzyPLUGHxyzzy0123456789", new string('w', 70),
    ];

    [Fact]
    public void AnyBytes_InAnyChunks_GiveTheSameLines() => Prop.ForAll<int>(seed =>
    {
        var bytes = Written(new Random(seed));
        var whole = Read([bytes]);
        Assert.Equal(whole, Read(Chunks(bytes, new Random(seed + 1))));
        Assert.Equal(whole, Read(bytes.Select(one => new[] { one })));
    }).Check(Many(400));

    [Fact]
    public void AnyBytes_Read_HoldNeitherControlsNorHalfCharactersNorSecrets() => Prop.ForAll<int>(seed =>
    {
        foreach (var line in Read(Chunks(Written(new Random(seed)), new Random(seed))))
        {
            Assert.DoesNotContain(line.Text, letter => letter != '\t' && (char.IsControl(letter) || letter is '\u202e'));
            Assert.Equal(line.Text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(line.Text)));
            Assert.DoesNotContain(Secret, line.Text);
            Assert.DoesNotContain("xyzzyPLUGH", line.Text);
        }
    }).Check(Many(400));

    [Fact]
    public void Secret_InAnyPieces_NeverAppears() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var text = $"before {Secret} between {Base64} and {Uri.EscapeDataString(Secret)} after\n";
        Assert.Equal([$"before ••• between •••{Tail(Base64)} and ••• after"], Texts(Read(Chunks(Encoding.UTF8.GetBytes(text), random))));
    }).Check(Many(200));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Secret_InsideLongerBase64_IsMasked(int before)
    {
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{new string('u', before)}{Secret}:and more"));
        var line = Assert.Single(Texts(Read([Encoding.UTF8.GetBytes(text)])));
        Assert.Contains("•••", line);
        // What is left over decides less than one byte at each end.
        Assert.True(line.Length < text.Length - (Encoding.UTF8.GetByteCount(Secret) * 4 / 3) + 6);
    }

    [Fact]
    public void Secret_WrappedInBase64_IsMaskedOnEveryLine()
    {
        var wrapped = string.Join('\n', Convert.ToBase64String(Encoding.UTF8.GetBytes(Key)).Chunk(20).Select(chunk => new string(chunk)));
        Assert.All(Texts(Read([Encoding.UTF8.GetBytes(wrapped)]))[..^1], line => Assert.Equal("•••", line));
    }

    [Fact]
    public void Secret_AtTheEndOfALine_DoesNotHoldTheLineBack()
    {
        var reader = Reader();
        Assert.Equal(["password=•••"], Texts(reader.Read(Encoding.UTF8.GetBytes($"password={Secret}\n"))));
    }

    [Fact]
    public void Line_ThatEndsLikeASecretBegins_AppearsAtOnce()
    {
        var reader = Reader();
        Assert.Equal([$"see {Secret[..2]}"], Texts(reader.Read(Encoding.UTF8.GetBytes($"see {Secret[..2]}\n"))));
    }

    [Fact]
    public void Secret_OfManyLines_IsMaskedInPart() =>
        Assert.Equal(["line •••"], Texts(Read([Encoding.UTF8.GetBytes("line xyzzyPLUGHxyzzy0123456789\n")])));

    [Fact]
    public void Masked_CountsWhatWasReplaced()
    {
        var reader = Reader();
        reader.Read(Encoding.UTF8.GetBytes($"{Secret} and {Secret}\n"));
        Assert.Equal(2, reader.Masked);
    }

    [Theory]
    [InlineData("\u001b[1;31mred\u001b[0m", "red")]
    [InlineData("\u001b]0;owned\aafter", "after")]
    [InlineData("\u001b]8;;https://x\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u009b31mred", "red")]
    [InlineData("\u001b(Btext", "text")]
    [InlineData("\u001b😀text", "😀text")]
    [InlineData("a\b\0\u0007b", "ab")]
    [InlineData("ls \u202excod.exe", "ls xcod.exe")]
    public void Escapes_AreTakenOut(string written, string shown) => Assert.Equal([shown], Texts(Read([Encoding.UTF8.GetBytes(written)])));

    [Theory]
    [InlineData("\u001b]0;never closed\nnext")]
    [InlineData("\u001bPnever closed\nnext")]
    [InlineData("\u001b[12;\nnext")]
    public void OpenEscape_DoesNotHideTheNextLine(string written) => Assert.Equal("next", Texts(Read([Encoding.UTF8.GetBytes(written)]))[^1]);

    [Fact]
    public void InvalidBytes_AreReplaced() => Assert.Equal(["a\ufffdb"], Texts(Read([[(byte)'a', 0xff, (byte)'b']])));

    [Fact]
    public void LineEnds_OfEveryKind_EndOneLine() => Assert.Equal(["a", "b", "c", "", "d"], Texts(Read([Encoding.UTF8.GetBytes("a\nb\r\nc\r\rd")])));

    [Fact]
    public void LongLine_IsCutBetweenCharacters()
    {
        var budget = new OutputBudget(new(MaxLineLength: 5));
        var lines = new OutputReader(OutputStream.Output, budget, SecretNeedles.None).Read(Encoding.UTF8.GetBytes("abcd😀efg\nnext\n"));
        Assert.Equal(new WrittenLine[] { new(OutputStream.Output, "abcd", IsCut: true), new(OutputStream.Output, "next") }, lines);
        Assert.Equal(1, budget.CutLines);
    }

    [Fact]
    public void Flood_IsDroppedAndCounted()
    {
        var budget = new OutputBudget(new(MaxCharacters: 12));
        var reader = new OutputReader(OutputStream.Output, budget, SecretNeedles.None);
        Assert.Equal(["12345", "12345"], Texts(reader.Read("12345\n12345\n12345\n1\n"u8)));
        Assert.Equal(2, budget.DroppedLines);
    }

    [Fact]
    public void BothStreams_ShareTheBudget()
    {
        var budget = new OutputBudget(new(MaxCharacters: 6));
        Assert.Single(new OutputReader(OutputStream.Output, budget, SecretNeedles.None).Read("12345\n"u8));
        Assert.Empty(new OutputReader(OutputStream.Errors, budget, SecretNeedles.None).Read("1\n"u8));
    }

    static OutputReader Reader() => new(OutputStream.Output, new(new(MaxLineLength: 60)), new([Secret, Key]));

    static WrittenLine[] Read(IEnumerable<byte[]> chunks)
    {
        var reader = Reader();
        return [.. chunks.SelectMany(chunk => reader.Read(chunk)).ToArray(), .. reader.Complete()];
    }

    static string[] Texts(IEnumerable<WrittenLine> lines) => [.. lines.Select(line => line.Text)];

    static string Tail(string base64) => base64[(Encoding.UTF8.GetByteCount(Secret) * 8 / 6)..];

    static byte[] Written(Random random)
    {
        var bytes = new List<byte>();
        for (var count = random.Next(1, 30); count > 0; count--)
        {
            if (random.Next(8) == 0)
                bytes.AddRange(Enumerable.Range(0, random.Next(1, 6)).Select(_ => (byte)random.Next(256)));
            else
                bytes.AddRange(Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
        }
        return [.. bytes];
    }

    static IEnumerable<byte[]> Chunks(byte[] bytes, Random random)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 9), bytes.Length - at);
            yield return bytes[at..(at + length)];
            at += length;
        }
    }

    static Configuration Many(int count) => new() { MaxNbOfTest = count, QuietOnSuccess = true, Runner = Config.QuickThrowOnFailure.Runner };
}
