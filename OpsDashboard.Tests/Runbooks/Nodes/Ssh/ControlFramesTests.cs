using System.Text;
using OpsDashboard.Runbooks.Nodes.Ssh;
using Xunit;

namespace OpsDashboard.Tests.Runbooks.Nodes.Ssh;

public sealed class ControlFramesTests
{
    const string Nonce = "00112233445566778899aabbccddeeff";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Sentences_AreToldApartFromOutput_InAnyChunks(int length)
    {
        var frames = new ControlFrames(Nonce);
        var output = new List<byte>();
        var sentences = new List<string>();
        var written = $"banner\n\u001eopsdashboard {Nonce} ready 1 2\nout \u001e\u001eopsdashboard {new string('0', 32)} exit 0\nmore\u001eopsdashboard {Nonce} exit 3\n\u001eops";
        foreach (var chunk in Encoding.UTF8.GetBytes(written).Chunk(length))
            sentences.AddRange(frames.Read(chunk, output));
        output.AddRange(frames.Complete());
        Assert.Equal(["ready 1 2", "exit 3"], sentences);
        Assert.Equal($"banner\nout \u001e\u001eopsdashboard {new string('0', 32)} exit 0\nmore\u001eops", Encoding.UTF8.GetString([.. output]));
    }

    [Fact]
    public void Sentence_WithoutEnd_IsGivenBackAsOutput()
    {
        var frames = new ControlFrames(Nonce);
        var output = new List<byte>();
        Assert.Empty(frames.Read(Encoding.UTF8.GetBytes($"\u001eopsdashboard {Nonce} {new string('x', 5000)}"), output));
        Assert.True(output.Count > 4000);
    }
}
