namespace OpsDashboard.Catalogue;

/// <summary>How bad a failure is, for the time within which it has to be over (RTO): <c>rto: { critical: 1h, important: 4h, normal: 24h }</c> in the system's file.</summary>
public enum RecoveryClass
{
    /// <summary>The whole system is down.</summary>
    Critical,

    /// <summary>One part of it is down.</summary>
    Important,

    /// <summary>It works, but badly.</summary>
    Normal,
}
