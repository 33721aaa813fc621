using System.Net.Http.Headers;
using System.Text;
using OpsDashboard.Catalogue;

namespace OpsDashboard.Metrics.Collectors.Http;

/// <summary>
/// How a target is spoken to over HTTP, in Prometheus' words: <c>basic_auth</c>, <c>authorization</c>, <c>tls_config</c>, <c>http_headers</c>, <c>follow_redirects</c>.
/// Holds where secrets are, never the secrets: it may be shown.
/// </summary>
public sealed record HttpAccess
{
    public string? UserName { get; init; }

    /// <summary>Scheme of the Authorization header for the secret; Basic where there is a user name.</summary>
    public string Scheme { get; init; } = "Bearer";

    public string? SecretFile { get; init; }

    public string? SecretVariable { get; init; }

    public bool AcceptAnyCertificate { get; init; }

    public bool FollowRedirects { get; init; } = true;

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static HttpAccess Read(YamlMap target)
    {
        var basic = target.Map("basic_auth");
        var authorization = target.Map("authorization");
        var tls = target.Map("tls_config");
        if (basic is not null && authorization is not null)
            target.Report("authorization", "Both `basic_auth` and `authorization` are given.", "Keep one of them.");
        var access = new HttpAccess
        {
            UserName = basic?.Required("username"),
            Scheme = authorization?.Text("type") ?? "Bearer",
            SecretFile = basic?.Text("password_file") ?? authorization?.Text("credentials_file"),
            SecretVariable = basic?.Text("password_env") ?? authorization?.Text("credentials_env"),
            AcceptAnyCertificate = tls?.Flag("insecure_skip_verify") ?? false,
            FollowRedirects = target.Flag("follow_redirects") ?? true,
            Headers = target.TextMap("http_headers"),
        };
        foreach (var part in new[] { basic, authorization, tls })
            part?.RejectUnknownKeys();
        if ((basic ?? authorization) is { } owner && access.SecretFile is null && access.SecretVariable is null)
            owner.ReportAt(owner.Line, "The secret has no source.", basic is null ? "Name a `credentials_file` or `credentials_env`." : "Name a `password_file` or `password_env`.");
        return access;
    }

    /// <summary>Sets the headers of a request; the secret is read anew each time, so that a rotated one is picked up.</summary>
    /// <exception cref="HttpSecretException">The secret cannot be read.</exception>
    public void Apply(HttpRequestMessage request)
    {
        foreach (var (name, value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (Secret() is not { } secret)
            return;
        request.Headers.Authorization = UserName is null
            ? new AuthenticationHeaderValue(Scheme, secret)
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{secret}")));
    }

    string? Secret()
    {
        if ((SecretVariable is not null ? ClosedPlaces.RejectVariable(SecretVariable) : SecretFile is not null ? ClosedPlaces.RejectFile(SecretFile) : null) is { } refusal)
            throw new HttpSecretException(refusal);
        if (SecretVariable is not null)
            return Environment.GetEnvironmentVariable(SecretVariable) is { Length: > 0 } value ? value : throw new HttpSecretException($"The environment variable {SecretVariable} is empty.");
        if (SecretFile is null)
            return null;
        try
        {
            return File.ReadAllText(SecretFile).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HttpSecretException($"The file {SecretFile} cannot be read.");
        }
    }
}

/// <summary>A secret is configured but cannot be read; the message names its place, not its content.</summary>
public sealed class HttpSecretException(string message) : Exception(message);
