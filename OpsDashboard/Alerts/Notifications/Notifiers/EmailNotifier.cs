using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text;
using OpsDashboard.Alerts.Routing;
using OpsDashboard.Http;

namespace OpsDashboard.Alerts.Notifications.Notifiers;

/// <summary>Mail over SMTP with STARTTLS and password. The message's id is the same at every attempt, so that a reader's program shows it once.</summary>
sealed class EmailNotifier(Outbound outbound) : INotifier
{
    const int DefaultPort = 587;

    public Type MethodType => typeof(EmailMethod);

    public async Task<SendResult> SendAsync(Outgoing outgoing, CancellationToken stop)
    {
        var method = (EmailMethod)outgoing.Method;
        var server = method.Server;
        if (server.Host is "" or [':', ..] || server.From.Length == 0)
            return SendResult.Rejected("not set up: there is no mail server or sender (smtp_smarthost, smtp_from)");
        var (host, port) = Split(server.Host);
        using var mail = Mail(outgoing, method);
        using var client = new SmtpClient(host, port) { EnableSsl = server.RequiresTls, UseDefaultCredentials = false };
        if (server.Username.Length > 0)
            client.Credentials = new NetworkCredential(server.Username, server.Password.Find() ?? "");
        try
        {
            await outbound.DemandAsync(host, stop);
            await client.SendMailAsync(mail, stop);
            return SendResult.Delivered("accepted by the mail server");
        }
        catch (OutboundClosedException closed)
        {
            return SendResult.Rejected(closed.Message);
        }
        catch (SmtpFailedRecipientException failure)
        {
            return Failure(failure);
        }
        catch (SmtpException failure)
        {
            return Failure(failure);
        }
        catch (IOException)
        {
            return SendResult.Retry("the connection to the mail server broke");
        }
        catch (FormatException)
        {
            return SendResult.Rejected("the mail server's name or an address is wrong");
        }
    }

    // Codes of 500 and more say that the same mail will not be taken later either.
    static SendResult Failure(SmtpException failure)
    {
        // Where every recipient was refused, the codes stand inside.
        var code = (int)(failure is SmtpFailedRecipientsException { InnerExceptions: [var first, ..] } ? first.StatusCode : failure.StatusCode);
        return code >= 500 ? SendResult.Rejected($"the mail server refused it with {code}") : SendResult.Retry(code > 0 ? $"the mail server answered {code}" : "the mail server cannot be reached, or broke off");
    }

    static MailMessage Mail(Outgoing outgoing, EmailMethod method)
    {
        var mail = new MailMessage
        {
            From = new(method.Server.From),
            // A line break in a summary must not become a header.
            Subject = new string([.. outgoing.Message.Title.Select(letter => char.IsControl(letter) ? ' ' : letter)]),
            SubjectEncoding = Encoding.UTF8,
            Body = MessageText.Long(outgoing),
            BodyEncoding = Encoding.UTF8,
        };
        foreach (var address in method.To.Split(','))
            mail.To.Add(address.Trim());
        mail.Headers.Add("Message-ID", $"<{outgoing.DeliveryId}@opsdashboard>");
        // What belongs to one group stands together in a mailbox.
        mail.Headers.Add("References", $"<{PagerDutyNotifier.DedupKey(outgoing.Message)}@opsdashboard>");
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }

    static (string Host, int Port) Split(string address) =>
        address.LastIndexOf(':') is > 0 and var colon && int.TryParse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port) ? (address[..colon].Trim('[', ']'), port) : (address, DefaultPort);
}
