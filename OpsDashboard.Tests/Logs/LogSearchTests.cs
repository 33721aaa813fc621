using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Logs;
using OpsDashboard.Tests.Metrics.Store;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs;

public sealed class LogSearchTests
{
    [Theory, OnEveryDatabase]
    public async Task Search_Text_FindsWordsWhereTheyBegin(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        await logs.AppendAsync(
            logs.Line("Error in case-opening: timeout"),
            logs.Line("request authenticated for user_17"),
            logs.Line("AUTH_FAILED user=mallory ip=10.0.0.7"),
            logs.Line("nothing here", @event: "unauthorized_call"),
            logs.Line("Größe überschritten", fields: new LogField("path", "/api/cases/42")));
        Assert.Equal(["Error in case-opening: timeout"], await logs.FindAsync("error"));
        Assert.Empty(await logs.FindAsync("error", caseSensitive: true));
        Assert.Equal(["Error in case-opening: timeout"], await logs.FindAsync("Error time", caseSensitive: true));
        Assert.Equal(["Error in case-opening: timeout"], await logs.FindAsync("case-open"));
        Assert.Equal(3, (await logs.FindAsync("security|auth|unauthorized")).Length);
        Assert.Equal(3, (await logs.FindAsync("security | auth | unauthorized")).Length);
        Assert.Equal(["AUTH_FAILED user=mallory ip=10.0.0.7"], await logs.FindAsync("AUTH_FAILED"));
        Assert.Equal(["AUTH_FAILED user=mallory ip=10.0.0.7"], await logs.FindAsync("FAILED 10.0.0.7"));
        Assert.Equal(["request authenticated for user_17"], await logs.FindAsync("auth -failed"));
        Assert.Equal(["request authenticated for user_17"], await logs.FindAsync("\"authenticated for\""));
        Assert.Empty(await logs.FindAsync("\"for authenticated\""));
        Assert.Equal(["Größe überschritten"], await logs.FindAsync("ÜBER"));
        Assert.Equal(["Größe überschritten"], await logs.FindAsync("/api/cases/42"));
        Assert.Empty(await logs.FindAsync("rror"));
        Assert.Equal(["Error in case-opening: timeout"], await logs.FindAsync("*rror"));
        Assert.Empty(await logs.FindAsync("*RROR", caseSensitive: true));
        Assert.Equal(["Error in case-opening: timeout"], await logs.FindAsync("*pening tim*"));
        Assert.Equal(["Error in case-opening: timeout"], await logs.FindAsync("*ase-open"));
        Assert.Equal(["AUTH_FAILED user=mallory ip=10.0.0.7", "Error in case-opening: timeout"], await logs.FindAsync("*imeout|*AILED"));
        Assert.Equal(["Größe überschritten"], await logs.FindAsync("*ases/4"));
        Assert.Equal(["nothing here"], await logs.FindAsync("*AUTHORIZED_c"));
        Assert.Empty(await logs.FindAsync("*authorizedXc"));
        Assert.Empty(await logs.FindAsync("*%"));
        Assert.Equal(["Größe überschritten"], await logs.FindAsync("*röße"));
        Assert.Equal(4, (await logs.FindAsync("-*allory")).Length);
        Assert.Empty(await logs.FindAsync("\"*rror\""));
        Assert.Empty(await logs.FindAsync("*"));
        Assert.Empty(await logs.FindAsync("'; DROP TABLE line_1; --"));
        Assert.Equal(5, (await logs.FindAsync(new LogFilter())).Length);
    }

    [Theory, OnEveryDatabase]
    public async Task Search_EveryFilter_Restricts(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        await logs.AppendAsync(
            logs.Line("a", "alpha", 3600, LineLevel.Error, "c-1", "security", "login_failed", new LogField("details.status", "401", true), new LogField("room_id", "R-1")) with { Component = "api" },
            logs.Line("b", "beta", 60, LineLevel.Info, "c-2", "game", "play", new LogField("details.status", "403", true)),
            logs.Line("c", null, 30, LineLevel.None, "c-1"),
            logs.Line("d", "alpha", 10, LineLevel.Fatal, category: "Security"));
        Assert.Equal(["d", "a"], await logs.FindAsync(new LogFilter().WithMinLevel(LineLevel.Error)));
        Assert.Equal(["c", "b"], await logs.FindAsync(new LogFilter { Levels = [LineLevel.Info, LineLevel.None] }));
        Assert.Equal(["d", "a"], await logs.FindAsync(new LogFilter { Categories = ["security"] }));
        Assert.Equal(["a"], await logs.FindAsync(new LogFilter { Events = ["LOGIN_failed"] }));
        Assert.Equal(["a"], await logs.FindAsync(new LogFilter { Components = ["API"] }));
        Assert.Equal(["c", "a"], await logs.FindAsync(new LogFilter { CorrelationId = "c-1" }));
        Assert.Equal(["b"], await logs.FindAsync(new LogFilter { Systems = ["beta"] }));
        Assert.Equal(["b", "a"], await logs.FindAsync(new LogFilter { Fields = [new("status", "401"), new("status", "403")] }));
        Assert.Equal(["a"], await logs.FindAsync(new LogFilter { Fields = [new("details.status", "401"), new("room_id", "R-1")] }));
        Assert.Empty(await logs.FindAsync(new LogFilter { Fields = [new("status", "401"), new("room_id", "R-2")] }));
        Assert.Equal(["c", "b"], await logs.FindAsync(new LogFilter { From = logs.Now - TimeSpan.FromSeconds(60), To = logs.Now - TimeSpan.FromSeconds(10) }));
        var pattern = (await logs.Query.SearchAsync(LogFixture.Everyone, new() { Systems = ["beta"] }, null, 1, default)).Entries[0].Pattern;
        Assert.Equal(["b"], await logs.FindAsync(new LogFilter { Pattern = pattern }));
    }

    [Theory, OnEveryDatabase]
    public async Task Search_Pages_GiveEveryLineOnce(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        for (var day = 0; day < 3; day++)
            await logs.AppendAsync([.. Enumerable.Range(0, 400).Select(i => logs.Line($"line {day}/{i}", i % 2 == 0 ? "alpha" : "beta", (day * 86400) + (i / 10)))]);
        var read = new List<string>();
        string? cursor = null;
        do
        {
            var page = await logs.Query.SearchAsync(LogFixture.Everyone, new() { Text = "line" }, cursor, 70, default);
            Assert.Null(page.SearchedTo);
            read.AddRange(page.Entries.Select(entry => entry.Message));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(1200, read.Count);
        Assert.Equal(1200, read.Distinct().Count());
        await Assert.ThrowsAsync<InvalidInputException>(() => logs.Query.SearchAsync(LogFixture.Everyone, new(), "x", 10, default));
    }

    [Theory, OnEveryDatabase]
    public async Task Chain_AcrossSystemsAndDays_IsInOrderOfTime(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        await logs.AppendAsync(logs.Line("2", "beta", 86400, correlation: "8f14e45f-ceea"), logs.Line("1", "alpha", 86401, correlation: "8f14e45f-ceea"), logs.Line("other", "alpha", 5, correlation: "8f14e45f"));
        await logs.AppendAsync(logs.Line("3", null, 1, correlation: "8f14e45f-ceea"));
        Assert.Equal(["1", "2", "3"], (await logs.Query.ChainAsync(LogFixture.Everyone, "8f14e45f-ceea", default)).Select(entry => entry.Message));
        Assert.Empty(await logs.Query.ChainAsync(LogFixture.Everyone, "unknown", default));
        Assert.Equal(3, (await logs.FindAsync("8f14e45f-ceea")).Length);
    }

    [Theory, OnEveryDatabase]
    public async Task Access_EachSystemAlone_AndLinesOfNoneForAllOnly(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        await logs.AppendAsync(logs.Line("a", "alpha", 3, LineLevel.Error, "c"), logs.Line("b", "beta", 2, LineLevel.Error, "c", "game"), logs.Line("n", null, 1, LineLevel.Error, "c"));
        var alpha = new Actor("p", "P", ActorKind.Person, [new(Role.Viewer, "alpha")]);
        var beta = (await logs.FindAsync(new LogFilter { Systems = ["beta"] })).Single();
        var betaId = (await logs.Query.SearchAsync(LogFixture.Everyone, new() { Systems = ["beta"] }, null, 1, default)).Entries[0].Id;
        Assert.Equal("b", beta);
        Assert.Equal(["a"], await logs.FindAsync(new LogFilter(), alpha));
        Assert.Equal(["a"], (await logs.Query.ChainAsync(alpha, "c", default)).Select(entry => entry.Message));
        Assert.Equal(1, (await logs.Query.CountsAsync(alpha, new(), 10, default)).Counts.Sum(count => count.Lines));
        Assert.Equal(1, (await logs.Query.CountsAsync(alpha, new() { Text = "a|b|n" }, 10, default)).Counts.Sum(count => count.Lines));
        Assert.Equal(["alpha"], (await logs.Query.PatternsAsync(alpha, new(), default, 10, default)).Patterns.Select(pattern => pattern.SystemId));
        Assert.Null(await logs.Query.FindAsync(alpha, betaId, default));
        Assert.Empty(await logs.Query.CategoriesAsync(alpha, default));
        var follows = logs.Query.Follow(alpha, new());
        Assert.True(follows(logs.Line("x", "alpha")));
        Assert.False(follows(logs.Line("x", "beta")));
        Assert.False(follows(logs.Line("x", null)));
        await Assert.ThrowsAsync<AccessDeniedException>(() => logs.Query.SearchAsync(alpha, new() { Systems = ["beta"] }, null, 1, default));
        var nobody = new Actor("q", "Q", ActorKind.Person, []);
        await Assert.ThrowsAsync<AccessDeniedException>(() => logs.Query.SearchAsync(nobody, new(), null, 1, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => logs.Query.ChainAsync(nobody, "c", default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => logs.Query.CountsAsync(nobody, new(), 10, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => logs.Query.PatternsAsync(nobody, new(), default, 10, default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => logs.Query.FindAsync(nobody, betaId, default));
        Assert.Throws<AccessDeniedException>(() => logs.Query.Follow(nobody, new()));
    }

    [Theory, OnEveryDatabase]
    public async Task Counts_FromCountersAndFromLines_AreTheSame(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        var random = new Random(7);
        await logs.AppendAsync([.. Enumerable.Range(0, 2000).Select(i => logs.Line("line of text", i % 2 == 0 ? "alpha" : "beta", random.Next(7200), (LineLevel)random.Next(7), category: i % 3 == 0 ? "game" : "security"))]);
        var filter = new LogFilter { From = logs.Now - TimeSpan.FromHours(1), To = logs.Now, Categories = ["game"], Systems = ["alpha"] };
        var counted = await logs.Query.CountsAsync(LogFixture.Everyone, filter, 60, default);
        var read = await logs.Query.CountsAsync(LogFixture.Everyone, filter with { Text = "text" }, 60, default);
        Assert.Equal(TimeSpan.FromMinutes(1), counted.Step);
        Assert.True(counted.Counts.Count > 100);
        Assert.Equal(counted.Counts, read.Counts);
        Assert.Null(read.CountedFrom);
        var errors = await logs.Query.CountsAsync(LogFixture.Everyone, filter.WithMinLevel(LineLevel.Error), 60, default);
        Assert.Equal(counted.Counts.Where(count => count.Level >= LineLevel.Error), errors.Counts);
    }

    [Theory, OnEveryDatabase]
    public async Task Patterns_NewOnesFirst_WithCountsAndWhatIsUsual(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind);
        await logs.AppendAsync([.. Enumerable.Range(0, 48).Select(i => logs.Line($"user {i} played card {i * 7}", secondsAgo: 3600 * (i + 1.5)))]);
        await logs.AppendAsync([.. Enumerable.Range(0, 30).Select(i => logs.Line($"user {i} played card {i}", secondsAgo: i))]);
        await logs.AppendAsync(logs.Line("disk /dev/sda1 is 97% full", secondsAgo: 5, level: LineLevel.Error), logs.Line("disk /dev/sdb2 is 98% full", secondsAgo: 4, level: LineLevel.Error));
        var hour = new LogFilter { From = logs.Now - TimeSpan.FromHours(1), To = logs.Now + TimeSpan.FromSeconds(1) };
        var found = await logs.Query.PatternsAsync(LogFixture.Everyone, hour, logs.Now - TimeSpan.FromHours(1), 10, default);
        Assert.True(found.IsComplete);
        Assert.Equal(["disk /dev/* is *% full", "user * played card *"], found.Patterns.Select(pattern => pattern.Text));
        var (disk, play) = (found.Patterns[0], found.Patterns[1]);
        Assert.True(disk is { IsNew: true, Lines: 2, UsualPerHour: null, Level: LineLevel.Error });
        Assert.Equal(logs.Now - TimeSpan.FromSeconds(5), disk.FirstSeenAt);
        Assert.Equal(30, play.Lines);
        Assert.False(play.IsNew);
        Assert.InRange(play.UsualPerHour!.Value, 0.9, 1.1);
        Assert.Contains("97%", disk.Example);
        // The same with a condition that the counters know nothing of.
        var read = await logs.Query.PatternsAsync(LogFixture.Everyone, hour with { Text = "user|disk" }, logs.Now - TimeSpan.FromHours(1), 10, default);
        Assert.Equal(found.Patterns, read.Patterns);
    }

    [Theory, OnEveryDatabase]
    public async Task Patterns_MoreThanAreKept_CountAsOthers(DatabaseKind kind)
    {
        await using var logs = await LogFixture.CreateAsync(kind, options => options.MaxPatternsPerSystem = 3);
        await logs.AppendAsync([.. "abcdefgh".Select(letter => logs.Line($"kind {letter}{letter}"))]);
        await logs.CrashAsync();
        await logs.AppendAsync(logs.Line("kind zz"), logs.Line("kind aa"));
        var found = await logs.Query.PatternsAsync(LogFixture.Everyone, new(), default, 10, default);
        Assert.False(found.IsComplete);
        Assert.Equal(4, found.Patterns.Count);
        Assert.Equal(10, found.Patterns.Sum(pattern => pattern.Lines));
        Assert.Equal(6, found.Patterns.Single(pattern => pattern.Text == "(other lines)").Lines);
    }

    [Theory]
    [InlineData("\"open", "q")]
    [InlineData("\"\"", "q")]
    [InlineData("|", "q")]
    public async Task Search_TextThatCannotBeRead_IsNamed(string text, string field)
    {
        await using var logs = await LogFixture.CreateAsync(DatabaseKind.Sqlite);
        var wrong = await Assert.ThrowsAsync<InvalidInputException>(() => logs.FindAsync(text));
        Assert.Equal([field], wrong.Problems.Select(problem => problem.Field));
    }

    [Theory]
    [InlineData("word")]
    [InlineData("a\"b")]
    [InlineData("x* OR y")]
    [InlineData("NEAR(a b)")]
    [InlineData("words:a")]
    [InlineData("''' \\ %_ $1 \0")]
    public async Task Search_WhatMeansSomethingToAnIndex_IsOnlyText(string text)
    {
        foreach (var kind in new OnEveryDatabaseAttribute().GetData(null!).Select(row => (DatabaseKind)row[0]))
        {
            await using var logs = await LogFixture.CreateAsync(kind);
            var clean = text.Replace('\0', ' ');
            await logs.AppendAsync(logs.Line($"before {clean} after"), logs.Line("nothing"));
            var quoted = clean.Contains('"') ? clean : $"\"{clean}\"";
            Assert.Equal([$"before {clean} after"], await logs.FindAsync(quoted));
        }
    }
}
