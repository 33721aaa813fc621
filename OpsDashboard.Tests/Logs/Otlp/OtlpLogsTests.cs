using System.Text;
using OpsDashboard.Logs;
using OpsDashboard.Logs.Otlp;
using OpsDashboard.Metrics.Intake.Otlp;
using OpsDashboard.Metrics.Intake.RemoteWrite;
using OpsDashboard.Tests.Metrics.Intake.Otlp;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Logs.Otlp;

public sealed class OtlpLogsTests
{
    static readonly DateTimeOffset Now = FakeTimeProvider.DefaultStart;
    static readonly long Nano = (Now.AddSeconds(-1) - DateTimeOffset.UnixEpoch).Ticks * 100;
    static readonly byte[] Trace = [0x5B, 0x8E, 0xFF, 0xF7, 0x98, 0x03, 0x81, 0x03, 0xD2, 0x69, 0xB6, 0x33, 0x81, 0x3F, 0xC6, 0x0C];
    static Proto Resource => Proto.New.Attribute(1, "service.name", "api").Attribute(1, "system", "shop");

    static LogEntry Read(Proto record, string? system = null, Proto? resource = null) => Assert.Single(OtlpLogs.Read(Proto.Request(resource ?? Resource, record), system, Now));

    static Proto Body(string text) => Proto.New.In(5, Proto.New.Text(1, text));

    [Fact]
    public void Record_Whole_BecomesAnEntry()
    {
        var entry = Read(Body("payment failed").Fixed(1, Nano).Varint(2, 17).Raw(9, Trace).Raw(10, [1, 2, 3, 4, 5, 6, 7, 8]).Attribute(6, "http.route", "/pay").Attribute(6, "password", "hunter2"));
        Assert.Equal(("payment failed", LineLevel.Error, "shop", "api", "otlp"), (entry.Message, entry.Level, entry.SystemId!, entry.Component!, entry.Source!));
        Assert.Equal(Now.AddSeconds(-1), entry.At);
        Assert.Equal("5b8efff798038103d269b633813fc60c", entry.CorrelationId);
        Assert.Equal(("5b8efff798038103d269b633813fc60c", "0102030405060708", "/pay", "api"), (entry["trace_id"]!, entry["span_id"]!, entry["http.route"]!, entry["resource.service.name"]!));
        Assert.NotEqual("hunter2", entry["password"]);
        Assert.True(entry.Flaws.HasFlag(LineFlaws.Masked));
    }

    [Theory]
    [InlineData(0, "", LineLevel.None)]
    [InlineData(1, "", LineLevel.Trace)]
    [InlineData(5, "", LineLevel.Debug)]
    [InlineData(9, "", LineLevel.Info)]
    [InlineData(12, "", LineLevel.Info)]
    [InlineData(13, "", LineLevel.Warn)]
    [InlineData(20, "", LineLevel.Error)]
    [InlineData(24, "", LineLevel.Fatal)]
    [InlineData(25, "", LineLevel.None)]
    [InlineData(0, "WARNING", LineLevel.Warn)]
    public void Severity_OfNumberOrWord_IsTheLevel(int number, string word, LineLevel level) => Assert.Equal(level, Read(Body("x").Varint(2, number).Text(3, word)).Level);

    [Fact]
    public void Names_OfTheGuides_AreKnown()
    {
        var entry = Read(Body("x").Attribute(6, "correlation_id", "abc-1").Attribute(6, "category", "security_event").Attribute(6, "event.name", "AUTH_FAILED").Raw(9, Trace));
        Assert.Equal(("abc-1", "security_event", "AUTH_FAILED"), (entry.CorrelationId!, entry.Category!, entry.Event!));
    }

    [Fact]
    public void Time_WhereNoneIsSaid_IsThatOfObservationAndElseOfArrival()
    {
        Assert.Equal(Now.AddSeconds(-1), Read(Body("x").Fixed(11, Nano)).At);
        var entry = Read(Body("x"));
        Assert.Equal(Now, entry.At);
        Assert.True(entry.Flaws.HasFlag(LineFlaws.NoTime));
        Assert.True(Read(Body("x").Fixed(1, Nano + 3_600_000_000_000)).Flaws.HasFlag(LineFlaws.FutureTime));
    }

    [Fact]
    public void System_OfTheAddress_IsForResourcesWithoutOne()
    {
        Assert.Equal("shop", Read(Body("x"), "game").SystemId);
        Assert.Equal("game", Read(Body("x"), "game", Proto.New.Attribute(1, "service.name", "api")).SystemId);
        // A record cannot choose its system.
        Assert.Null(Read(Body("x").Attribute(6, "system", "game"), null, Proto.New).SystemId);
    }

    [Fact]
    public void Json_OfTheSpecification_IsRead()
    {
        const string json = """
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]},"scopeLogs":[{"scope":{"name":"my.library"},"logRecords":[
            {"timeUnixNano":"1763607600000000000","observedTimeUnixNano":"1763607600000000001","severityNumber":10,"severityText":"Information","traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174",
            "body":{"stringValue":"Example log record"},"attributes":[{"key":"map","value":{"kvlistValue":{"values":[{"key":"some.map.key","value":{"stringValue":"some value"}}]}}}]}]}]}]}
            """;
        var entry = Assert.Single(OtlpLogs.Read(OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(json), OtlpMessages.LogsRequest), "shop", Now));
        Assert.Equal(("Example log record", LineLevel.Info, "my.service", "my.library"), (entry.Message, entry.Level, entry.Component!, entry["scope"]!));
        Assert.Equal("5b8efff798038103d269b633813fc60c", entry.CorrelationId);
        Assert.Equal("""{"some.map.key":"some value"}""", entry["map"]);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1763607600), entry.At);
    }

    [Theory]
    [InlineData(41)]
    [InlineData(42)]
    public void Decoder_MutatedBytes_RefusesOrReads(int seed)
    {
        var random = new Random(seed);
        var message = Proto.Request(Resource, Body("payment failed").Fixed(1, Nano).Varint(2, 17).Raw(9, Trace).Attribute(6, "a", "b"), Proto.New.In(5, Proto.New.In(6, Proto.New.In(1, Proto.New.Text(1, "k").In(2, Proto.New.Varint(3, 1))))));
        for (var i = 0; i < 10_000; i++)
        {
            var mutated = message[..random.Next(message.Length / 2, message.Length + 1)];
            for (var k = random.Next(4); k > 0; k--)
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            try
            {
                OtlpLogs.Read(mutated, null, Now);
            }
            catch (MalformedWriteException)
            {
                // A refusal with a reason is what is wanted; anything else fails the test.
            }
        }
    }
}
