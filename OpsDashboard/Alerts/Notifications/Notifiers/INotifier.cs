using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Alerts.Routing;

namespace OpsDashboard.Alerts.Notifications.Notifiers;

/// <param name="DeliveryId">The same at every attempt: by it a receiver knows what it has already.</param>
/// <param name="MethodId">Of the receiver, e.g. <c>email/0</c>, or <c>push/0/</c> with a subscription's id.</param>
/// <param name="Links">The address of the dashboard itself, without a slash at its end.</param>
sealed record Outgoing(Guid DeliveryId, string MethodId, Method Method, Message Message, DateTimeOffset At, string Links)
{
    /// <summary>Where a reader finds the alert; opening it changes nothing.</summary>
    public string Link => Message.Alerts is [var only] ? LinkOf(only) : $"{Links}/alerts";

    /// <summary>The page of one alert; of what is no alert, the page that tells more.</summary>
    public string LinkOf(MessageAlert alert) => Message.Url is { } url ? $"{Links}/{url}" : $"{Links}/alerts/{alert.Id}";
}

enum SendOutcome
{
    Delivered,

    /// <summary>It may succeed later.</summary>
    Retry,

    /// <summary>It would fail again in the same way.</summary>
    Rejected,
}

/// <param name="Detail">For people; no secret, no address that is one.</param>
/// <param name="RetryAfter">What the receiver asked for; null: it did not say.</param>
sealed record SendResult(SendOutcome Outcome, string Detail, TimeSpan? RetryAfter = null)
{
    public static SendResult Delivered(string detail) => new(SendOutcome.Delivered, detail);

    public static SendResult Retry(string detail) => new(SendOutcome.Retry, detail);

    public static SendResult Rejected(string detail) => new(SendOutcome.Rejected, detail);
}

/// <summary>Sends by one kind of method. Expected failures are results; thread-safe. To add one: this, a <see cref="Method"/>, a reader in <see cref="ReceiverFile"/>, a registration.</summary>
interface INotifier
{
    Type MethodType { get; }

    Task<SendResult> SendAsync(Outgoing outgoing, CancellationToken stop);
}
