using System.Security.Cryptography;
using System.Text;

namespace OpsDashboard.Alerts.Notifications.PagerDuty;

/// <summary>PagerDuty's webhook signatures, version 1 (developer.pagerduty.com, "Verifying webhook signatures"): HMAC-SHA256 of the body; while a secret is changed there are several.</summary>
static class PagerDutySignature
{
    public const string Header = "X-PagerDuty-Signature";

    const string Version = "v1=";

    public static bool IsValid(string header, ReadOnlySpan<byte> body, string secret)
    {
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body);
        var valid = false;
        foreach (var signature in header.Split(',', StringSplitOptions.TrimEntries).Where(one => one.StartsWith(Version, StringComparison.Ordinal)).Take(10))
            valid |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature[Version.Length..].ToLowerInvariant()), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected)));
        return valid;
    }
}
