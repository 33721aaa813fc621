using System.Text;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Intake.RemoteWrite;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Intake;

public class DecoderTests
{
    const int Limit = 1 << 20;

    [Theory]
    [InlineData("00", "")]
    [InlineData("010861", null)]
    [InlineData("010061", "a")]
    [InlineData("030861", null)]
    [InlineData("0400610102", null)]
    [InlineData("FFFFFFFFFF7F", null)]
    public void Snappy_Block_DecodesOrIsRefused(string hex, string? text)
    {
        var block = Convert.FromHexString(hex);
        if (text is null)
            Assert.Throws<MalformedWriteException>(() => SnappyBlock.Decode(block, Limit));
        else
            Assert.Equal(text, Encoding.ASCII.GetString(SnappyBlock.Decode(block, Limit)));
    }

    [Fact]
    public void Snappy_OverlappingCopy_RepeatsTheRun()
    {
        // length 10, literal "ab" (tag (2-1)<<2), copy of 8 from 2 back with a one-byte offset (tag (8-4)<<2 | 1).
        byte[] block = [10, 4, (byte)'a', (byte)'b', (4 << 2) | 1, 2];
        Assert.Equal("ababababab", Encoding.ASCII.GetString(SnappyBlock.Decode(block, Limit)));
    }

    [Fact]
    public void Snappy_WideOffsets_Copy()
    {
        // length 5, literal "a", copy of 2 with a two-byte offset, copy of 2 with a four-byte offset.
        byte[] block = [5, 0, (byte)'a', (1 << 2) | 2, 1, 0, (1 << 2) | 3, 1, 0, 0, 0];
        Assert.Equal("aaaaa", Encoding.ASCII.GetString(SnappyBlock.Decode(block, Limit)));
    }

    [Fact]
    public void Snappy_AnnouncingTooMuch_IsRefusedBeforeAllocating()
    {
        Assert.Throws<WriteTooLargeException>(() => SnappyBlock.Decode([0xFF, 0xFF, 0xFF, 0x7F, 0], Limit));
        Assert.Throws<MalformedWriteException>(() => SnappyBlock.Decode([0xFF, 0xFF, 0x03, 0], Limit));
    }

    [Fact]
    public void Snappy_OwnEncoding_ComesBack()
    {
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var data = new byte[random.Next(500)];
            random.NextBytes(data);
            Assert.Equal(data, SnappyBlock.Decode(WriteMessages.Snappy(data), Limit));
        }
    }

    [Fact]
    public void WriteRequest_OfASender_IsReadWhole()
    {
        var batch = WriteRequest.Read(WriteMessages.Request(
            (["__name__", "a", "host", "ü"], [(1_000, 1.5), (2_000, double.NaN)]),
            (["host", "nameless"], [(1_000, 1)]),
            (["__name__", "twice", "x", "1", "x", "2"], [(1_000, 1), (2_000, 1)])));
        var series = Assert.Single(batch.Series);
        Assert.Equal(Labels.Of("a", ("host", "ü")), series.Labels);
        Assert.Equal([new Sample(1_000, 1.5), new Sample(2_000, double.NaN)], series.Samples);
        Assert.Equal(3, batch.InvalidLabels);
    }

    [Fact]
    public void WriteRequest_StaleMarker_KeepsItsBits()
    {
        var batch = WriteRequest.Read(WriteMessages.Request((["__name__", "a"], [(1, StaleMarker.Value)])));
        Assert.True(StaleMarker.Is(batch.Series[0].Samples[0].Value));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Decoders_MutatedBytes_RefuseOrRead(int seed)
    {
        var random = new Random(seed);
        var message = WriteMessages.Request((["__name__", "a", "b", "c"], [(1, 1), (2, 2)]), (["__name__", "d"], [(1, 1)]));
        var block = WriteMessages.Snappy(message);
        for (var i = 0; i < 20_000; i++)
        {
            Attempt(() => WriteRequest.Read(Mutated(message, random)));
            Attempt(() => SnappyBlock.Decode(Mutated(block, random), Limit));
        }
    }

    static void Attempt(Action read)
    {
        try
        {
            read();
        }
        catch (Exception refused) when (refused is MalformedWriteException or WriteTooLargeException)
        {
            // A refusal with a reason is what is wanted; anything else fails the test.
        }
    }

    static byte[] Mutated(byte[] bytes, Random random)
    {
        var mutated = bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)];
        for (var i = random.Next(4); i > 0 && mutated.Length > 0; i--)
            mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
        return mutated;
    }
}
