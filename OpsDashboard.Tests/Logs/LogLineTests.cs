using System.Text;
using OpsDashboard.Logs;
using Xunit;

namespace OpsDashboard.Tests.Logs;

public sealed class LogLineTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 20, 3, 0, 0, TimeSpan.Zero);

    static LogEntry Parse(string line, string? system = null) => LogLine.Parse(Encoding.UTF8.GetBytes(line), new(system, Source: "app.log"), Now);

    [Fact]
    public void Json_GuidesSchema_BecomesPartsAndFields()
    {
        var entry = Parse("""{"timestamp":"2026-11-20T02:59:58.123456Z","level":"INFO","correlation_id":"8f14","category":"game_event","event":"phase_change","room_id":"R7","details":{"from_phase":"declare","to_phase":"play","player_count":4,"duration_ms":12.5}}""", "liap-tui");
        Assert.Equal(Now.AddTicks(-18765440), entry.At);
        Assert.Equal((LineLevel.Info, "8f14", "game_event", "phase_change", "liap-tui"), (entry.Level, entry.CorrelationId, entry.Category, entry.Event, entry.SystemId));
        Assert.Equal([new("room_id", "R7"), new("details.from_phase", "declare"), new("details.to_phase", "play"), new("details.player_count", "4", true), new("details.duration_ms", "12.5", true)], entry.Fields);
        Assert.Equal("phase_change", entry.Message);
        Assert.Equal(LineFlaws.None, entry.Flaws);
    }

    [Theory]
    [InlineData("""{"time":1795143598123,"level":50,"msg":"boom"}""", LineLevel.Error, "boom")]
    [InlineData("""{"@timestamp":"2026-11-20T03:59:58.123+01:00","severity":"warning","message":"boom"}""", LineLevel.Warn, "boom")]
    [InlineData("""{"ts":1795143598.123,"lvl":"crit","msg":"boom"}""", LineLevel.Fatal, "boom")]
    public void Json_OtherDialects_AreUnderstood(string line, LineLevel level, string message)
    {
        var entry = Parse(line);
        Assert.Equal((level, message, Now.AddMilliseconds(-1877)), (entry.Level, entry.Message, entry.At));
        Assert.Empty(entry.Fields);
    }

    [Fact]
    public void Json_ErrorWithContext_KeepsStackRequestSessionAndRecovery()
    {
        var entry = Parse("""{"level":"ERROR","category":"errors","event":"unhandled","timestamp":"2026-11-20T03:00:00Z","details":{"stack_trace":["at A","at B"],"request":{"path":"/x"},"session":{"id":"s1"},"recovery":{"attempted":true}}}""");
        Assert.Equal(("at A\nat B", "/x", "s1", "true"), (entry["details.stack_trace"], entry["details.request.path"], entry["details.session.id"], entry["details.recovery.attempted"]));
    }

    [Fact]
    public void Json_SystemOfTheLine_CountsOnlyWhereTheSenderIsUnknown()
    {
        Assert.Equal("beta", Parse("""{"system":"beta","msg":"x"}""").SystemId);
        var entry = Parse("""{"system":"beta","msg":"x"}""", "alpha");
        Assert.Equal(("alpha", "beta"), (entry.SystemId, entry["system"]));
    }

    [Theory]
    [InlineData("{\"msg\":\"half")]
    [InlineData("{\"msg\":1} trailing")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{a:1}")]
    public void Json_Broken_StaysAsTextAndIsSaid(string line)
    {
        var entry = Parse(line);
        Assert.Equal(line, entry.Message);
        Assert.True(entry.Flaws.HasFlag(LineFlaws.BrokenJson));
        Assert.Null(LogLine.ParseJson(Encoding.UTF8.GetBytes(line), default, Now));
    }

    [Fact]
    public void Time_FarAhead_IsTakenAsReceivedAndKept()
    {
        var entry = Parse("""{"timestamp":"2026-11-20T03:10:01Z","msg":"x"}""");
        Assert.Equal((Now, LineFlaws.FutureTime, "2026-11-20T03:10:01Z"), (entry.At, entry.Flaws, entry["claimed_time"]));
        Assert.Equal(LineFlaws.None, Parse("""{"timestamp":"2026-11-20T03:09:59Z","msg":"x"}""").Flaws);
    }

    [Theory]
    [InlineData("2026-11-20 02:59:58,123 ERROR boom", LineLevel.Error)]
    [InlineData("[2026-11-20T02:59:58.123Z] [warn] boom", LineLevel.Warn)]
    [InlineData("2026/11/20 02:59:58.123 [error] 7#7: boom", LineLevel.Error)]
    [InlineData("2026-11-20T03:59:58.123+01:00 INFO the error counter is 0", LineLevel.Info)]
    [InlineData("time=2026-11-20T02:59:58.123Z level=debug msg=\"a b\"", LineLevel.Debug)]
    [InlineData("2026-11-20 02:59:58.123 nothing went wrong, no error", LineLevel.None)]
    public void Text_TimeAndLevel_AreRecognised(string line, LineLevel level)
    {
        var entry = Parse(line);
        Assert.Equal((line, level, Now.AddMilliseconds(-1877)), (entry.Message, entry.Level, entry.At));
        Assert.False(entry.Flaws.HasFlag(LineFlaws.NoTime));
    }

    [Theory]
    [InlineData("Nov 20 02:59:58 host app[7]: started", "2026-11-20T02:59:58Z")]
    [InlineData("Dec 31 23:59:59 host app: late", "2025-12-31T23:59:59Z")]
    [InlineData("Nov  9 02:59:58 host app: x", "2026-11-09T02:59:58Z")]
    public void Text_SyslogTime_GetsTheYearBeforeNow(string line, string at) => Assert.Equal(DateTimeOffset.Parse(at, null), Parse(line).At);

    [Fact]
    public void Text_NoTime_IsTakenAsReceived()
    {
        var entry = Parse("Backup completed - file.tar");
        Assert.Equal((Now, LineFlaws.NoTime), (entry.At, entry.Flaws));
    }

    [Fact]
    public void Text_AccessLog_YieldsWhoAskedForWhat()
    {
        var entry = Parse("10.0.0.7 - mallory [20/Nov/2026:03:59:58 +0100] \"POST /api/admin?x=1 HTTP/1.1\" 403 153 \"-\" \"curl/8.1 (x)\"");
        Assert.Equal(Now.AddSeconds(-2), entry.At);
        Assert.Equal(("10.0.0.7", "mallory", "POST", "/api/admin?x=1", "403", "153", null, "curl/8.1 (x)"),
            (entry["ip"], entry["user"], entry["method"], entry["path"], entry["status"], entry["bytes"], entry["referer"], entry["user_agent"]));
    }

    [Fact]
    public void Text_SecurityLine_YieldsEventAndPairs()
    {
        var entry = Parse("2026-11-20 02:59:58 WARN AUTH_FAILED user=mallory ip=10.0.0.7 reason=\"no such user\" correlation_id=c-9");
        Assert.Equal(("AUTH_FAILED", "mallory", "10.0.0.7", "no such user", "c-9"), (entry.Event, entry["user"], entry["ip"], entry["reason"], entry.CorrelationId));
    }

    [Theory]
    [InlineData("""{"msg":"login","password":"hunter2","details":{"Access-Token":"abc"}}""")]
    [InlineData("login password=hunter2 Authorization: Bearer hunter2hunter2")]
    [InlineData("GET /x?token=hunter2 eyJhbGciOiJIUzI1NiJ9.hunter2abc.hunter2")]
    public void Secrets_AreMaskedAndSaid(string line)
    {
        var entry = Parse(line);
        Assert.True(entry.Flaws.HasFlag(LineFlaws.Masked));
        Assert.DoesNotContain("hunter2", entry.Message + string.Join(' ', entry.Fields));
    }

    [Fact]
    public void Bytes_NoUtf8OrNul_AreReplacedAndSaid()
    {
        var entry = LogLine.Parse([0x61, 0xFF, 0x00, 0x62], default, Now);
        Assert.Equal("a\uFFFD\uFFFDb", entry.Message);
        Assert.True(entry.Flaws.HasFlag(LineFlaws.InvalidUtf8));
        var json = LogLine.Parse([.. "{\"msg\":\"a"u8, 0xC3, .. "\"}"u8], default, Now);
        Assert.Equal(("a\uFFFD", LineFlaws.InvalidUtf8 | LineFlaws.NoTime), (json.Message, json.Flaws));
    }

    [Fact]
    public void Long_IsCutAndSaysHowLongItWas()
    {
        var entry = Parse(new string('x', 1_000_000));
        Assert.Equal((LogLimits.MaxMessage, "1000000"), (entry.Message.Length, entry["original_bytes"]));
        Assert.True(entry.Flaws.HasFlag(LineFlaws.Cut));
        var huge = Parse("{\"msg\":\"" + new string('ü', 800_000) + "\"}");
        Assert.Equal($"{1_600_010}", huge["original_bytes"]);
        Assert.True(huge.Flaws.HasFlag(LineFlaws.Cut | LineFlaws.BrokenJson));
        var fields = Parse("{" + string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"f{i}\":\"{new string('v', i == 0 ? 20_000 : 10)}\"")) + "}");
        Assert.Equal((LogLimits.MaxFields, LogLimits.MaxFieldValue), (fields.Fields.Count, fields.Fields[0].Value.Length));
        Assert.True(fields.Flaws.HasFlag(LineFlaws.FieldsCut));
    }

    [Fact]
    public void AnyBytes_YieldAnEntry_WithinTheLimits()
    {
        const string Letters = "{}[]\":,\\ \n\tu0aEé\uFFFD=-.TZ+1";
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var line = random.Next(3) switch
            {
                0 => Bytes(random),
                1 => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => Letters[random.Next(Letters.Length)]))),
                _ => Mutate(random, """{"timestamp":"2026-11-20T03:00:00Z","level":"ERROR","correlation_id":"a","details":{"x":[1,{"y":null}],"z":"\u00e9"}}"""u8.ToArray()),
            };
            var entry = LogLine.Parse(line, new("alpha"), Now);
            Assert.True(entry.Message.Length <= LogLimits.MaxMessage, $"seed {seed}");
            Assert.True(entry.Fields.Count <= LogLimits.MaxFields + 2, $"seed {seed}");
            Assert.True(entry.At <= Now.AddMinutes(10), $"seed {seed}");
            Assert.True(!entry.Message.Contains('\0') && !entry.Fields.Any(field => field.Value.Contains('\0')), $"seed {seed}");
            Assert.Equal(entry.Fields.Count, entry.Fields.Select(field => field.Name.ToUpperInvariant()).Distinct().Count());
            _ = PatternText.Of(entry);
        }
    }

    [Theory]
    [InlineData("user 17 bought case 8f14e45f-ceea-467f-9575-1d6a5b0c1234 for 12.50", "user * bought case * for *")]
    [InlineData("GET /api/users/42/cases took 12ms", "GET /api/users/*/cases took *")]
    [InlineData("cannot open \"file 1.txt\": it's gone", "cannot open *: it's gone")]
    [InlineData("from 10.0.0.7:8080 at 2026-11-20T03:00:00.123Z", "from * at *")]
    [InlineData("user=alice ip=10.0.0.1", "user=* ip=*")]
    [InlineData("hash deadbeefcafe of face", "hash * of face")]
    [InlineData("", "")]
    public void Pattern_KeepsWhatStaysTheSame(string line, string pattern) => Assert.Equal(pattern, PatternText.Of(line));

    [Theory]
    [InlineData("192.0.2.45 - user-7 [27/Nov/2026:17:44:15 +0000] \"GET /players/42/projections?season=1 HTTP/1.1\" 401 162 \"-\" \"Mozilla/5.0\" 0.012", "GET /players/*/projections 401")]
    [InlineData("started 3 workers", "started * workers")]
    public void Pattern_OfARequest_IsWhatWasAskedAndAnswered(string line, string pattern) => Assert.Equal(pattern, PatternText.Of(Parse(line)));

    static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(300)];
        random.NextBytes(bytes);
        return bytes;
    }

    static byte[] Mutate(Random random, byte[] line)
    {
        for (var i = random.Next(6); i > 0; i--)
            line[random.Next(line.Length)] = (byte)random.Next(256);
        return line;
    }
}
