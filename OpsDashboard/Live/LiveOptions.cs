using OpsDashboard.Storage;

namespace OpsDashboard.Live;

/// <summary>Section <c>Live</c>: how much may be followed. An expression is some kilobytes and one evaluation a second, however many follow it.</summary>
public sealed class LiveOptions
{
    /// <summary>Followed by one connection, which is a browser tab; a page has a few dozen.</summary>
    public int MaxPerConnection { get; set; } = 200;

    /// <summary>Begun by one person or token and still followed; joining what others began is not counted.</summary>
    public int MaxPerActor { get; set; } = 400;

    /// <summary>By all together.</summary>
    public int MaxTotal { get; set; } = 2_000;

    public static LiveOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection("Live").Get<LiveOptions>() ?? new();
        return options is { MaxPerConnection: > 0, MaxPerActor: > 0, MaxTotal: > 0 }
            ? options
            : throw new StartRefusedException("Live__MaxPerConnection, Live__MaxPerActor and Live__MaxTotal must be at least 1.");
    }
}
