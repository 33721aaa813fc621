namespace OpsDashboard.Runbooks.Steps.Redis;

/// <summary>What is known of Redis' commands: which only read, which no step may send. Whatever is in neither list changes something.</summary>
static class RedisCommands
{
    /// <summary>Of those with two words only these second ones.</summary>
    static readonly HashSet<string> Reading = new(StringComparer.OrdinalIgnoreCase)
    {
        "GET", "MGET", "STRLEN", "GETRANGE", "EXISTS", "TYPE", "TTL", "PTTL", "EXPIRETIME", "RANDOMKEY", "DBSIZE", "GETBIT", "BITCOUNT", "BITPOS",
        "HGET", "HMGET", "HGETALL", "HKEYS", "HVALS", "HLEN", "HEXISTS", "HSTRLEN", "LLEN", "LRANGE", "LINDEX", "LPOS",
        "SCARD", "SMEMBERS", "SISMEMBER", "SMISMEMBER", "SRANDMEMBER", "SINTER", "SUNION", "SDIFF",
        "ZCARD", "ZCOUNT", "ZRANGE", "ZRANGEBYSCORE", "ZREVRANGE", "ZREVRANGEBYSCORE", "ZRANK", "ZREVRANK", "ZSCORE", "ZMSCORE",
        "XLEN", "XRANGE", "XREVRANGE", "XPENDING", "XINFO STREAM", "XINFO GROUPS", "XINFO CONSUMERS", "GEOPOS", "GEODIST", "SCAN", "SSCAN", "HSCAN", "ZSCAN",
        "INFO", "PING", "ECHO", "TIME", "LASTSAVE", "ROLE", "MEMORY USAGE", "MEMORY STATS", "MEMORY DOCTOR", "OBJECT ENCODING", "OBJECT IDLETIME", "OBJECT FREQ",
        "SLOWLOG GET", "SLOWLOG LEN", "LATENCY LATEST", "CLIENT LIST", "CLIENT INFO", "COMMAND COUNT",
    };

    static readonly HashSet<string> Scripts = new(StringComparer.OrdinalIgnoreCase) { "EVAL", "EVAL_RO", "EVALSHA", "EVALSHA_RO", "FCALL", "FCALL_RO", "FUNCTION", "SCRIPT" };

    /// <summary>They take the connection for themselves, hold it, or take the server away.</summary>
    static readonly HashSet<string> Closed = new(StringComparer.OrdinalIgnoreCase)
    {
        "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE", "MONITOR", "SYNC", "PSYNC", "REPLCONF", "MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH", "AUTH", "HELLO", "SELECT", "QUIT", "RESET",
        "ASKING", "READONLY", "READWRITE", "BLPOP", "BRPOP", "BLMOVE", "BRPOPLPUSH", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "WAIT", "WAITAOF",
        "CONFIG", "CLUSTER", "DEBUG", "MODULE", "SHUTDOWN", "ACL", "MIGRATE", "REPLICAOF", "SLAVEOF", "FAILOVER", "SWAPDB", "CLIENT REPLY", "CLIENT PAUSE", "CLIENT SETNAME",
    };

    /// <summary>Their second word is a command of its own.</summary>
    static readonly HashSet<string> OfTwoWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "ACL", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DEBUG", "FUNCTION", "LATENCY", "MEMORY", "MODULE", "OBJECT", "PUBSUB", "SCRIPT", "SLOWLOG", "XGROUP", "XINFO",
        "FT.CONFIG", "FT.CURSOR", "FT.DEBUG", "_FT.DEBUG", "FT._DEBUG", "GRAPH.CONFIG", "GRAPH.DEBUG", "JSON.DEBUG", "TFUNCTION",
    };

    static readonly HashSet<string> Emptying = new(StringComparer.OrdinalIgnoreCase) { "FLUSHALL", "FLUSHDB" };

    /// <summary>Why no step may send it, with what to do instead; null: it may.</summary>
    public static (string Problem, string Remedy)? Reject(IReadOnlyList<string> command, bool allowsScripts)
    {
        var name = command[0].ToUpperInvariant();
        if (name == "KEYS")
            return ("KEYS stops the server for everybody while it looks.", "Use SCAN: `command: [SCAN, \"0\", MATCH, \"session:*\", COUNT, \"500\"]`.");
        if (Scripts.Contains(name) && !allowsScripts)
            return ($"{name} runs a script on the server.", "Write the commands as steps, or `script: true` where it must be.");
        if (Closed.Contains(name) || Closed.Contains(TwoWords(command)))
            return ($"{name} is no command for a step: it would take the connection or the server away.", "Use a command step on the server's node where it must be.");
        return null;
    }

    /// <summary>How many of its first words say what is done.</summary>
    public static int Words(string name) => OfTwoWords.Contains(name) || Scripts.Contains(name) ? 2 : 1;

    /// <summary>The least that can go wrong by it, whatever the step declares.</summary>
    public static RiskClass Least(IReadOnlyList<string> command) =>
        Reading.Contains(command[0]) || Reading.Contains(TwoWords(command)) ? RiskClass.Read : Emptying.Contains(command[0]) ? RiskClass.DataChanging : RiskClass.Reversible;

    static string TwoWords(IReadOnlyList<string> command) => command.Count > 1 ? $"{command[0]} {command[1]}" : command[0];
}
