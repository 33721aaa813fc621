namespace OpsDashboard.Runbooks;

/// <summary>What can go wrong by it, rising.</summary>
public enum RiskClass
{
    /// <summary>Changes nothing.</summary>
    Read,

    /// <summary>Can be undone, or mends itself: a restart, a scaling.</summary>
    Reversible,

    /// <summary>Changes data.</summary>
    DataChanging,

    /// <summary>Cannot be undone.</summary>
    Irreversible,
}

public static class RiskWords
{
    public static string Word(this RiskClass risk) => risk switch
    {
        RiskClass.Read => "read",
        RiskClass.Reversible => "reversible",
        RiskClass.DataChanging => "changes data",
        _ => "irreversible",
    };

    /// <summary>Whether starting it asks for the name to be typed.</summary>
    public static bool AsksForName(this RiskClass risk) => risk >= RiskClass.DataChanging;
}
