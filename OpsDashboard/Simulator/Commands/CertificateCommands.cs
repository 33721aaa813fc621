using System.Globalization;

namespace OpsDashboard.Simulator.Commands;

/// <summary>The certificate of a simulated system: it has twelve days left until somebody renews it.</summary>
static class CertificateCommands
{
    const double DaysLeft = 12, DaysWhenNew = 90;

    /// <summary><c>certbot certificates</c>, <c>certbot renew</c></summary>
    public static async Task<int> CertbotAsync(SimulatedCommand command)
    {
        switch (command.Arguments)
        {
            case ["certificates", ..]:
                await command.OutAsync("  Certificate Name: yourdomain.com");
                await command.OutAsync(string.Create(CultureInfo.InvariantCulture, $"    Expiry Date: {command.Clock.GetUtcNow().AddDays(Days(command)):yyyy-MM-dd} (VALID: {Days(command):0} days)"));
                return 0;
            case ["renew", ..]:
                await command.OutAsync("Processing /etc/letsencrypt/renewal/yourdomain.com.conf");
                await command.PauseAsync(3);
                command.System.Premises.CertificateRenewedAt = command.Clock.GetUtcNow();
                await command.OutAsync("Congratulations, all renewals succeeded:");
                await command.OutAsync("  /etc/letsencrypt/live/yourdomain.com/fullchain.pem (success)");
                return 0;
            default:
                return await command.FailAsync(1, "certbot: error: unrecognized arguments");
        }
    }

    /// <summary><c>openssl x509 -checkend &lt;seconds&gt; -noout -in &lt;file&gt;</c></summary>
    public static async Task<int> OpensslAsync(SimulatedCommand command)
    {
        if (command.Arguments is not ["x509", "-checkend", var text, ..] || !double.TryParse(text, CultureInfo.InvariantCulture, out var seconds))
            return await command.FailAsync(1, "Invalid command");
        var isFresh = Days(command) * 86400 > seconds;
        await command.OutAsync(isFresh ? "Certificate will not expire" : "Certificate will expire");
        return isFresh ? 0 : 1;
    }

    static double Days(SimulatedCommand command) =>
        command.System.Premises.CertificateRenewedAt is { } at ? DaysWhenNew - (command.Clock.GetUtcNow() - at).TotalDays : DaysLeft;
}
