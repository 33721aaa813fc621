using System.Text;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Files;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs.Files;

/// <summary>One file and its tail over all that a log file goes through. Heads of files differ, as the times in them do.</summary>
public sealed class FileTailTests : IDisposable
{
    readonly FakeTimeProvider clock = new();
    readonly string folder = RealServer.TemporaryFolder("tail");
    readonly List<string> read = [];
    FileTail tail;

    public FileTailTests() => tail = NewTail();

    string App => Path.Combine(folder, "app.log");

    FileTail NewTail(params LineLevel[] levels) => new(App, new("shop", "api", App), levels, clock);

    void Write(string text, string? to = null) => File.AppendAllText(to ?? App, text);

    /// <summary>Looks at the file often enough that grace times pass, and takes what it gave as stored.</summary>
    void Look(int rounds = 40)
    {
        for (; rounds > 0; rounds--)
        {
            var entries = new List<LogEntry>();
            tail.Read(entries, 1024 * 1024);
            read.AddRange(entries.Select(entry => entry.Message));
            Store();
            clock.Advance(TimeSpan.FromMilliseconds(250));
        }
    }

    void Store()
    {
        if (tail.Move() is { } move)
            tail.Commit(move, clock.GetUtcNow());
    }

    void Restart()
    {
        var place = tail.Stored;
        tail.Dispose();
        tail = NewTail();
        if (place is { } known)
            tail.Resume(known);
    }

    [Fact]
    public void File_ThatAppearsLater_IsReadFromItsBeginning()
    {
        Look();
        Assert.Equal("does not exist", tail.Problem);
        Write("first\n");
        Look();
        Assert.Equal(["first"], read);
        Assert.Null(tail.Problem);
    }

    [Fact]
    public void Line_HalfWritten_WaitsForItsEnd()
    {
        Write("whole\nhal");
        Look();
        Write("f\n");
        Look();
        Assert.Equal(["whole", "half"], read);
    }

    [Fact]
    public void Rotation_ByRename_LosesAndDoublesNothing()
    {
        Write("a1\na2\n");
        Look();
        Write("a3\n");
        File.Move(App, App + ".1");
        // Whoever has it open writes on for a moment.
        Write("a4\nhalf of the last", App + ".1");
        Write("b1\n");
        Look();
        Write("b2\n");
        Look();
        Assert.Equal(["a1", "a2", "a3", "a4", "half of the last", "b1", "b2"], read);
    }

    [Fact]
    public void Rotation_ByCopyAndTruncate_LosesAndDoublesNothing()
    {
        Write("a1\na2\n");
        Look();
        Write("a3\n");
        File.Copy(App, App + ".1");
        File.WriteAllText(App, "");
        Write("b1\n");
        Look();
        Assert.Equal(["a1", "a2", "a3", "b1"], read);
    }

    [Fact]
    public void Rotation_ToWhatCannotBeOpened_GivesNothingTwice()
    {
        Write("a1\nhalf of the last");
        Look();
        File.Move(App, App + ".1");
        File.CreateSymbolicLink(App + "-gone", Path.Combine(folder, "nowhere"));
        var problems = new HashSet<string?>();
        for (var i = 0; i < 40; i++)
        {
            Look(1);
            problems.Add(tail.Problem);
        }
        Assert.Equal(["a1"], read);
        Assert.Contains(problems, problem => problem?.Contains("-gone", StringComparison.Ordinal) == true);
        File.Delete(App + "-gone");
        Write("b1\n");
        Look();
        Assert.Equal(["a1", "half of the last", "b1"], read);
    }

    [Fact]
    public void File_EmptiedAndRemoved_GivesTheHalfLineThatItHad_Once()
    {
        Write("a1\nhalf of the last");
        Look();
        using (var open = new FileStream(App, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            File.Delete(App);
            open.SetLength(0);
        }
        Look();
        Write("b1\n");
        Look();
        Assert.Equal(["a1", "half of the last", "b1"], read);
    }

    [Fact]
    public void Truncate_AndGrownBeyondWhereItWas_IsNoticedByItsHead()
    {
        Write("a1\n");
        Look();
        File.WriteAllText(App, "b1 is longer than what stood here before\n");
        Look();
        Assert.Equal(["a1", "b1 is longer than what stood here before"], read);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Restart_WithRotationsMeanwhile_GoesOnWhereItWas(bool twice)
    {
        Write("a1\na2\n");
        Look();
        tail.Dispose();
        Write("a3\n");
        File.Move(App, App + ".1");
        Write("b1\n");
        if (twice)
        {
            File.SetLastWriteTimeUtc(App + ".1", DateTime.UnixEpoch.AddYears(50));
            File.Move(App + ".1", App + ".2");
            File.Move(App, App + ".1");
            Write("c1\n");
        }
        Restart();
        Look(80);
        Assert.Equal(twice ? ["a1", "a2", "a3", "b1", "c1"] : ["a1", "a2", "a3", "b1"], read);
    }

    [Fact]
    public void Restart_InAHalfWrittenLine_ReadsItWholeOnce()
    {
        Write("a1\nhal");
        Look();
        Restart();
        Write("f\na2\n");
        Look();
        Assert.Equal(["a1", "half", "a2"], read);
    }

    [Fact]
    public void WhatWasNotStored_IsReadAgain()
    {
        Write("a1\na2\n");
        var entries = new List<LogEntry>();
        tail.Read(entries, 1024);
        tail.Rewind();
        Look();
        Assert.Equal(["a1", "a2"], read);
        Assert.Equal(2, entries.Count);
    }

    [Fact]
    public void LineTooLong_IsGivenOnce_ThoughTheReaderEndsInTheMiddleOfIt()
    {
        Write("a1\n" + new string('y', LogLimits.MaxLineBytes + 10));
        Look(1);
        Restart();
        Write(new string('y', 10) + "\na2\n");
        Look();
        Assert.Equal([2, LogLimits.MaxMessage, 2], read.Select(line => line.Length));
    }

    [Fact]
    public void Stored_SaysHowManyLinesThereWereAndWhen()
    {
        Write("a1\na2\nhal");
        Look(1);
        var first = clock.GetUtcNow() - TimeSpan.FromMilliseconds(250);
        Assert.Equal((2, first, "a2"), (tail.Stored!.Lines, tail.Stored.LastLineAt, tail.LastLine));
        Restart();
        Write("f\n");
        Look(1);
        Assert.Equal(3, tail.Stored.Lines);
        Write("no whole line");
        Look();
        Assert.Equal((3, first + TimeSpan.FromMilliseconds(250)), (tail.Stored.Lines, tail.Stored.LastLineAt));
    }

    [Fact]
    public void File_NeverSeenAndHuge_IsReadFromNearItsEndAtTheBeginningOfALine()
    {
        var line = new string('x', 1023) + "\n";
        using (var file = File.CreateText(App))
        {
            for (var i = 0; i < 17 * 1024; i++)
                file.Write(line);
        }
        Write("last\n");
        Look();
        Assert.Equal("last", read[^1]);
        Assert.InRange(read.Count, 15 * 1024, 16 * 1024 + 1);
        Assert.All(read.SkipLast(1), text => Assert.Equal(1023, text.Length));
    }

    [Fact]
    public void Line_OfBytesThatAreNoTextOrTooLong_IsTakenWithItsFlaw()
    {
        File.WriteAllBytes(App, [.. "bad "u8, 0xFF, (byte)'\n', .. Encoding.ASCII.GetBytes(new string('y', LogLimits.MaxLineBytes + 10)), (byte)'\n']);
        var entries = new List<LogEntry>();
        while (tail.Read(entries, 256 * 1024) > 0)
        {
        }
        Assert.Equal("bad \uFFFD", entries[0].Message);
        Assert.True(entries[0].Flaws.HasFlag(LineFlaws.InvalidUtf8));
        Assert.True(entries[1].Flaws.HasFlag(LineFlaws.Cut));
        Assert.Equal(2, entries.Count);
    }

    [Fact]
    public void Levels_OnlyThoseAreKept()
    {
        tail.Dispose();
        tail = NewTail(LineLevel.Error);
        Write("2026-11-20 INFO calm\n2026-11-20 ERROR bad\n");
        Look(1);
        Assert.Contains("bad", Assert.Single(read), StringComparison.Ordinal);
    }

    public void Dispose() => tail.Dispose();
}
