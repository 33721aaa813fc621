using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Alerts.Routing;

/// <summary>A way to reach somebody. Holds no secret, only where it is kept; may be shown and logged.</summary>
public abstract record Method
{
    /// <summary>email, slack, pagerduty, webhook, push, in-app.</summary>
    public abstract string Kind { get; }

    /// <summary>Where it goes, for people.</summary>
    public abstract string Destination { get; }

    /// <summary>Whether the end of an alert is told as well.</summary>
    public bool SendsResolved { get; init; } = true;
}

/// <param name="Host">host:port of the mail server; empty: not set up.</param>
/// <param name="RequiresTls">Nothing is said before STARTTLS; false only for a server on this machine.</param>
public sealed record MailServer(string Host, string From, string Hello, string Username, SecretSource Password, bool RequiresTls)
{
    public static readonly MailServer None = new("", "", "localhost", "", SecretSource.None, true);
}

public sealed record EmailMethod(string To, MailServer Server) : Method
{
    public override string Kind => "email";
    public override string Destination => To;
}

public sealed record SlackMethod(SecretSource Url, string Channel) : Method
{
    public override string Kind => "slack";
    public override string Destination => Channel.Length > 0 ? Channel : "its channel";
}

/// <param name="Url">The Events API v2.</param>
public sealed record PagerDutyMethod(SecretSource RoutingKey, string Url) : Method
{
    public const string DefaultUrl = "https://events.pagerduty.com/v2/enqueue";

    public override string Kind => "pagerduty";
    public override string Destination => "PagerDuty";
}

/// <summary>What a hook's body looks like.</summary>
public enum HookPreset
{
    /// <summary>Alertmanager's webhook body, version 4.</summary>
    Generic,
    Ntfy,
    Gotify,

    /// <summary><c>{to, text}</c>: a few words.</summary>
    Sms,

    /// <summary><c>{to, say}</c>: a sentence to be read aloud.</summary>
    Voice,
}

/// <param name="Url">The address, where it is no secret; else empty.</param>
/// <param name="SecretUrl">Where the address is kept, if it is a secret.</param>
/// <param name="Signature">The key with which the body is signed.</param>
/// <param name="Token">Sent as a bearer token.</param>
/// <param name="MaxAlerts">0: as many as there are.</param>
public sealed record HookMethod(HookPreset Preset, string Url, SecretSource SecretUrl, SecretSource Signature, SecretSource Token, string To, int MaxAlerts) : Method
{
    public override string Kind => "webhook";

    public override string Destination => Uri.TryCreate(Url, UriKind.Absolute, out var uri) ? $"{(Preset == HookPreset.Generic ? "" : $"{Preset} ")}{uri.Host}" : $"{Preset} hook";
}

/// <summary>Wakes the browsers of everybody, or of one person, who may handle the alert's system.</summary>
public sealed record PushMethod : Method
{
    /// <summary>Sign-in e-mail of the one person who is woken; null: everybody.</summary>
    public string? Account { get; init; }

    public override string Kind => "push";
    public override string Destination => "subscribed browsers";
}

/// <summary>Shows it to everybody who has the dashboard open and may read the alert.</summary>
public sealed record InAppMethod : Method
{
    public override string Kind => "in-app";
    public override string Destination => "the dashboard";
}

/// <param name="Next">The receiver that is told as well when this one did not get it within a minute; null: nobody.</param>
public sealed record Receiver(string Name, IReadOnlyList<Method> Methods, string? Next = null, int Line = 0);
