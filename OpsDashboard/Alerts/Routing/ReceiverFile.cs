using OpsDashboard.Catalogue;
using OpsDashboard.Metrics.Collectors;

namespace OpsDashboard.Alerts.Routing;

/// <summary>Alertmanager's <c>global</c>: what its receivers have in common.</summary>
sealed record GlobalSettings(MailServer Mail, SecretSource SlackUrl, string PagerDutyUrl, TimeSpan ResolveTimeout)
{
    public static GlobalSettings Read(YamlMap? map)
    {
        if (map is null)
            return new(MailServer.None, SecretSource.None, PagerDutyMethod.DefaultUrl, TimeSpan.FromMinutes(5));
        var settings = new GlobalSettings(
            new(map.Text("smtp_smarthost") ?? "", map.Text("smtp_from") ?? "", map.Text("smtp_hello") ?? "localhost", map.Text("smtp_auth_username") ?? "",
                ReceiverFile.Secret(map, "smtp_auth_password"), map.Flag("smtp_require_tls") ?? true),
            ReceiverFile.Secret(map, "slack_api_url"), map.Text("pagerduty_url") ?? PagerDutyMethod.DefaultUrl, map.Duration("resolve_timeout") ?? TimeSpan.FromMinutes(5));
        map.WarnOfUnknownKeys("It is Alertmanager's and has no effect here.");
        return settings;
    }
}

/// <summary>
/// Reads one of <c>receivers</c>. Secrets stand in files (<c>…_file</c>), never in the catalogue: it is shown, compared and kept in the audit log.
/// </summary>
static class ReceiverFile
{
    public static Receiver Read(YamlMap entry, GlobalSettings globals)
    {
        var name = entry.Required("name");
        var methods = new List<Method>();
        methods.AddRange(Each(entry, "email_configs", false, map => Email(map, globals)));
        methods.AddRange(Each(entry, "slack_configs", false, map => Slack(map, globals)));
        methods.AddRange(Each(entry, "pagerduty_configs", true, map => PagerDuty(map, globals)));
        methods.AddRange(Each(entry, "webhook_configs", true, Hook));
        entry.WarnOfUnknownKeys("Nothing is sent this way from here; use a webhook.");
        return new(name, methods, Line: entry.Line);
    }

    /// <summary>Where a secret is kept; reports one that stands in the catalogue itself.</summary>
    public static SecretSource Secret(YamlMap map, string key)
    {
        if (map.Text(key) is { Length: > 0 })
            map.Report(key, $"`{key}` is a secret and must not stand in the catalogue.", $"Put it into a file that only the program may read and write `{key}_file: /path`.");
        return map.Text($"{key}_file") is { Length: > 0 } file ? new(null, file) : SecretSource.None;
    }

    static IEnumerable<Method> Each(YamlMap entry, string key, bool sendsResolved, Func<YamlMap, Method> read)
    {
        foreach (var map in entry.Maps(key))
        {
            var method = read(map) with { SendsResolved = map.Flag("send_resolved") ?? sendsResolved };
            map.WarnOfUnknownKeys("It has no effect here: the program's own text is sent.");
            yield return method;
        }
    }

    static EmailMethod Email(YamlMap map, GlobalSettings globals)
    {
        var password = Secret(map, "auth_password");
        var server = globals.Mail with
        {
            Host = map.Text("smarthost") ?? globals.Mail.Host,
            From = map.Text("from") ?? globals.Mail.From,
            Hello = map.Text("hello") ?? globals.Mail.Hello,
            Username = map.Text("auth_username") ?? globals.Mail.Username,
            Password = password == SecretSource.None ? globals.Mail.Password : password,
            RequiresTls = map.Flag("require_tls") ?? globals.Mail.RequiresTls,
        };
        var to = map.Required("to");
        foreach (var address in to.Split(',').Where(address => to.Length > 0 && !System.Net.Mail.MailAddress.TryCreate(address.Trim(), out _)))
            map.Report("to", $"`{address.Trim()}` is no e-mail address.", "Write `to: name@example.com`, several with commas between them.");
        return new(to, server);
    }

    static SlackMethod Slack(YamlMap map, GlobalSettings globals)
    {
        var url = Secret(map, "api_url");
        return new(url == SecretSource.None ? globals.SlackUrl : url, map.Text("channel") ?? "");
    }

    static PagerDutyMethod PagerDuty(YamlMap map, GlobalSettings globals) => new(Secret(map, "routing_key"), Address(map, "url") is { Length: > 0 } url ? url : globals.PagerDutyUrl);

    static HookMethod Hook(YamlMap map)
    {
        var (url, file) = (Address(map, "url"), map.Text("url_file"));
        if (url.Length == 0 && string.IsNullOrEmpty(file))
            map.Report("url", "The hook has no address.", "Add `url:` or `url_file:`.");
        return new(HookPreset.Generic, url, new(null, string.IsNullOrEmpty(file) ? null : file), SecretSource.None, Token(map.Map("http_config")), "", map.Integer("max_alerts") ?? 0);
    }

    static SecretSource Token(YamlMap? http)
    {
        if (http is null)
            return SecretSource.None;
        var authorization = http.Map("authorization");
        var token = authorization is null ? SecretSource.None : Secret(authorization, "credentials");
        authorization?.Text("type");
        authorization?.RejectUnknownKeys();
        http.WarnOfUnknownKeys("It has no effect here.");
        return token;
    }

    internal static string Address(YamlMap map, string key)
    {
        var text = map.Text(key) ?? "";
        if (text.Length > 0 && !(Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0))
            map.Report(key, $"`{key}` is no address without a password.", $"Write `{key}: https://host/path`; a token goes into a file.");
        return text;
    }
}
