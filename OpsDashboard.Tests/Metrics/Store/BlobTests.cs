using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store;
using OpsDashboard.Metrics.Store.Blobs;
using Xunit;

namespace OpsDashboard.Tests.Metrics.Store;

public sealed class BlobTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WalBlob_AnySamples_AreTheSameAfterwards(bool compress)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var samples = Enumerable.Range(0, random.Next(0, 300)).Select(_ => new StoredSample(random.NextInt64(0, 1L << random.Next(1, 62)),
                random.NextInt64(-1L << 50, 1L << 50), random.Next(3) == 0 ? BitConverter.Int64BitsToDouble(random.NextInt64()) : random.Next())).ToArray();
            var read = WalBlob.Decode(WalBlob.Encode(samples, compress));
            Assert.Equal(samples.Select(Bits), read.Select(Bits));
        }
    }

    [Fact]
    public void Blobs_DamagedAnywhere_AreNeverRead()
    {
        var samples = Enumerable.Range(0, 50).Select(i => new StoredSample(i, i * 1000L, i * 0.1)).ToArray();
        var wal = WalBlob.Encode(samples, compress: true);
        var chunk = ChunkBlob.Encode(samples.Select(sample => sample.At).ToArray(), samples.Select(sample => sample.Value).ToArray());
        for (var bit = 0; bit < wal.Length * 8; bit++)
            Assert.Throws<InvalidDataException>(() => WalBlob.Decode(Flip(wal, bit)));
        for (var bit = 0; bit < chunk.Length * 8; bit++)
            Assert.Throws<InvalidDataException>(() => ChunkBlob.Decode(Flip(chunk, bit), new(), 0, long.MaxValue));
        for (var length = 0; length < chunk.Length; length++)
            Assert.Throws<InvalidDataException>(() => ChunkBlob.Decode(chunk.AsSpan(0, length), new(), 0, long.MaxValue));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Blobs_NonsenseWithARightChecksum_EndInAnException(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 5000; round++)
        {
            var writer = new BlobWriter();
            writer.Byte(1);
            writer.Byte((byte)random.Next(0, 6));
            random.NextBytes(writer.Room(random.Next(0, 80)));
            var blob = writer.ToArrayWithCrc();
            Survives(() => WalBlob.Decode(blob));
            Survives(() => ChunkBlob.Decode(blob, new(), long.MinValue, long.MaxValue));
        }
    }

    [Fact]
    public void LabelsBlob_AnyText_IsTheSameAfterwards()
    {
        var labels = Labels.Of("métrique", ("a", "\0\n\"€😀"), ("b", new string('x', 5000)));
        Assert.Equal(labels, LabelsBlob.Decode(LabelsBlob.Encode(labels)));
    }

    static void Survives(Action decode)
    {
        try
        {
            decode();
        }
        catch (InvalidDataException)
        {
            // What a reader of damaged data is told.
        }
    }

    static byte[] Flip(byte[] data, int bit)
    {
        var copy = data.ToArray();
        copy[bit / 8] ^= (byte)(1 << (bit % 8));
        return copy;
    }

    static (long, long, long) Bits(StoredSample sample) => (sample.Series, sample.At, BitConverter.DoubleToInt64Bits(sample.Value));
}
