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
    public void ChunkBlob_AnySamples_AreTheSameBits()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var (times, values) = Samples(random, random.Next(1, 500));
            var blob = ChunkBlob.Encode(times, values);
            var read = new SampleBuffer();
            ChunkBlob.Decode(blob, read, long.MinValue, long.MaxValue);
            Assert.Equal(times, read.Times.ToArray());
            Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), read.Values.ToArray().Select(BitConverter.DoubleToInt64Bits));
            Assert.True(blob.Length <= ChunkBlob.EncodeXor(times, values).Length + (times.Length * 2));
        }
    }

    static (long[], double[]) Samples(Random random, int count)
    {
        var (kind, jitter, at, value) = (random.Next(7), random.Next(2) * 5, random.NextInt64(1L << 41), (double)random.Next(1000));
        var (times, values) = (new long[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            times[i] = at += 1000 + random.Next(jitter + 1) + (random.Next(50) == 0 ? random.NextInt64(1L << random.Next(40)) : 0);
            values[i] = value = random.Next(60) == 0 ? Odd(random) : kind switch
            {
                0 => (double.IsFinite(value) ? value : 0) + random.Next(5),
                1 => random.Next(1000) / 10.0,
                2 => random.NextDouble(),
                3 => random.Next(100) * 4096,
                4 => random.NextInt64(),
                5 => Math.Round(random.NextDouble() * 1e6, random.Next(9)),
                _ => 1,
            };
        }
        return (times, values);
    }

    static double Odd(Random random) => random.Next(6) switch
    {
        0 => StaleMarker.Value,
        1 => double.NaN,
        2 => double.PositiveInfinity,
        3 => -0.0,
        4 => BitConverter.Int64BitsToDouble(random.NextInt64()),
        _ => -random.NextInt64() * 4.0,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void IntColumn_AnyNumbers_AreTheSameAfterwards(int kind)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var column = Enumerable.Range(0, random.Next(0, 400)).Select(i => kind switch { 0 => random.NextInt64(long.MinValue, long.MaxValue), 1 => i % 2 == 0 ? long.MinValue : long.MaxValue, _ => random.Next(-9, 9) * 128L }).ToArray();
            var writer = new BlobWriter();
            IntColumn.Encode(column, writer);
            var reader = new BlobReader(writer.Written);
            var read = new long[column.Length];
            IntColumn.Decode(ref reader, read);
            Assert.Equal(column, read);
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
