using FsCheck;
using OpsDashboard.Metrics;
using OpsDashboard.Metrics.Store;
using Xunit;
using Random = System.Random;

namespace OpsDashboard.Tests.Metrics.Store;

public sealed class XorChunkTests
{
    static readonly double[] Special = [0, -0.0, double.NaN, StaleMarker.Value, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, 1];

    [Fact]
    public void AnySamples_WrittenAndRead_AreTheSameBits() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        var samples = Enumerable.Range(0, random.Next(1, 400)).Select(_ => (Gap: Gap(random), Value: Value(random))).ToArray();
        var encoder = new XorEncoder(new byte[16384]);
        var at = random.NextInt64(-1L << 40, 1L << 42);
        var written = new List<(long, long)>();
        foreach (var (gap, value) in samples)
        {
            at += gap;
            encoder.Append(at, value);
            written.Add((at, BitConverter.DoubleToInt64Bits(value)));
        }
        Assert.Equal(written, Read(encoder.Data, encoder.Bits, encoder.Count));
    }).Check(new Configuration { MaxNbOfTest = 300, QuietOnSuccess = true, Runner = Config.QuickThrowOnFailure.Runner });

    [Fact]
    public void RegularCounter_Encoded_TakesUnderThreeBytesASample()
    {
        var encoder = new XorEncoder(new byte[4096]);
        for (var i = 0; i < 1000; i++)
            encoder.Append(1_000_000 + (i * 1000L), i * 3);
        Assert.InRange(encoder.Bits / 8.0 / encoder.Count, 0, 3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void DamagedBits_Read_EndInAnExceptionOrInSamples(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 3000; round++)
        {
            var data = new byte[random.Next(0, 64)];
            random.NextBytes(data);
            try
            {
                Assert.True(Read(data, random.Next(0, (data.Length * 8) + 64), random.Next(0, 500)).Count <= 500);
            }
            catch (InvalidDataException)
            {
                // What a reader of damaged data is told.
            }
        }
    }

    static long Gap(Random random) => random.Next(6) switch
    {
        0 => 1000,
        1 => 1000 + random.Next(-60, 60),
        2 => random.Next(1, 20_000),
        3 => random.Next(1, int.MaxValue),
        4 => 1,
        _ => 15_000,
    };

    static double Value(Random random) => random.Next(5) switch
    {
        0 => Special[random.Next(Special.Length)],
        1 => random.Next(),
        2 => BitConverter.Int64BitsToDouble(random.NextInt64()),
        3 => Math.Round(random.NextDouble() * 100, 1),
        _ => 42,
    };

    static List<(long, long)> Read(byte[] data, int bits, int count)
    {
        var decoder = new XorDecoder(data, bits, count);
        var read = new List<(long, long)>();
        while (decoder.Next())
            read.Add((decoder.At, BitConverter.DoubleToInt64Bits(decoder.Value)));
        return read;
    }
}
