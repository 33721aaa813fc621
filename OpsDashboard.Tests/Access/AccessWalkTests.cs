using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Tests.Testing;
using OpsDashboard.Ui;
using Xunit;

namespace OpsDashboard.Tests.Access;

/// <summary>
/// Walks every endpoint, page and hub of the running program with every role and with none. Built from the route table:
/// a new endpoint without a permission fails here, and whoever means it to be open writes it into one of the two lists.
/// </summary>
public sealed class AccessWalkTests(AccessWalkTests.Program program) : IClassFixture<AccessWalkTests.Program>
{
    /// <summary>What strangers may reach, by the beginning of its pattern.</summary>
    static readonly string[] Open = ["/health/live", "/health/ready", "/sign-in", "/status", "/api/ingest/rum", "/rum.js", "/api/notifications/pagerduty", "/error", "/not-found", "/said/{Code:int}", "/refused"];

    /// <summary>What every signed-in person may reach: leaving, the own password, and the sockets and files behind pages that have permissions of their own.</summary>
    static readonly string[] SignedIn = ["/sign-out", "/account/password", "/_blazor", "/_framework", "/{**path:file}"];

    [Fact]
    public void EveryEndpoint_HasAPermission_OrIsListed()
    {
        var wrong = Endpoints()
            .Where(endpoint => !IsStaticFile(endpoint) && PermissionOf(endpoint) is null)
            .Where(endpoint => IsOpen(endpoint) ? !IsListed(endpoint, Open) : !IsListed(endpoint, SignedIn))
            .Select(endpoint => $"{endpoint.RoutePattern.RawText} ({endpoint.DisplayName})");
        Assert.Empty(wrong.Distinct().Order());
    }

    [Fact]
    public void OpenEndpoints_AreOnlyThoseListed()
    {
        var wrong = Endpoints().Where(endpoint => IsOpen(endpoint) && !IsStaticFile(endpoint) && !IsListed(endpoint, Open));
        Assert.Empty(wrong.Select(endpoint => endpoint.RoutePattern.RawText));
    }

    [Fact]
    public void EveryPage_HasItsContract_OrIsListed()
    {
        var wrong = typeof(OpsDashboard.Access.Permissions).Assembly.GetTypes()
            .Where(type => type.GetCustomAttributes<RouteAttribute>().Any() && type.GetCustomAttribute<PageAttribute>() is null)
            .SelectMany(type => type.GetCustomAttributes<RouteAttribute>().Select(route => route.Template))
            .Where(route => !Open.Any(open => route.StartsWith(open, StringComparison.Ordinal)));
        Assert.Empty(wrong);
    }

    [Fact]
    public void EveryHub_IsBehindAPermission()
    {
        var hubs = typeof(OpsDashboard.Access.Permissions).Assembly.GetTypes().Where(type => typeof(Hub).IsAssignableFrom(type) && !type.IsAbstract);
        var guarded = Endpoints().Where(endpoint => PermissionOf(endpoint) is not null).Select(endpoint => endpoint.Metadata.GetMetadata<HubMetadata>()?.HubType).ToHashSet();
        Assert.Empty(hubs.Where(hub => !guarded.Contains(hub)).Select(hub => hub.FullName));
    }

    [Fact]
    public void EveryPermission_HasARole() =>
        Assert.Equal(Enum.GetValues<Permission>().Order(), OpsDashboard.Access.Permissions.Table.Keys.Order());

    [Fact]
    public async Task Strangers_GetNothingElse()
    {
        using var stranger = program.Host.Automation(null);
        foreach (var (method, path, _) in Calls())
            Assert.True(await StatusAsync(stranger, method, path) == HttpStatusCode.Unauthorized, $"{method} {path} let a stranger in");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Responder)]
    [InlineData(Role.Commander)]
    [InlineData(Role.Admin)]
    public async Task Roles_ReachWhatTheTableSays_AndNothingMore(Role? role)
    {
        using var client = program.Host.Automation(await program.TokenAsync(role));
        var authorization = program.Host.Services.GetRequiredService<IAuthorizationService>();
        var principal = await program.PrincipalAsync(role);
        foreach (var (method, path, permission) in Calls())
        {
            var may = role >= OpsDashboard.Access.Permissions.Table[permission];
            var door = await authorization.AuthorizeAsync(principal, PermissionPolicy.Name(permission));
            Assert.True(door.Succeeded == may, $"{role} and {permission}: the door says {door.Succeeded}");
            if (!may)
                Assert.True(await StatusAsync(client, method, path) == HttpStatusCode.Forbidden, $"{method} {path} let {role?.ToString() ?? "nobody's role"} in");
        }
    }

    IEnumerable<RouteEndpoint> Endpoints()
    {
        _ = program.Host.Server;
        return program.Host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
    }

    /// <summary>One call for each method of each endpoint behind a permission, with something in place of its parameters.</summary>
    IEnumerable<(string Method, string Path, Permission Permission)> Calls() =>
        from endpoint in Endpoints()
        let permission = PermissionOf(endpoint)
        where permission is not null
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        where method != "OPTIONS"
        select (method, Fill(endpoint), permission.Value);

    static string Fill(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter when parameter.ParameterPolicies.Any(policy => policy.Content == "guid") => $"{Guid.Empty}",
        _ => "1",
    }))));

    static async Task<HttpStatusCode> StatusAsync(HttpClient client, string method, string path)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var answer = await client.SendAsync(new(new HttpMethod(method), path), HttpCompletionOption.ResponseHeadersRead, limit.Token);
        return answer.StatusCode;
    }

    static Permission? PermissionOf(RouteEndpoint endpoint) =>
        IsOpen(endpoint) ? null : endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>()
            .Select(data => Enum.GetValues<Permission>().Cast<Permission?>().FirstOrDefault(permission => PermissionPolicy.Name(permission!.Value) == data.Policy))
            .FirstOrDefault(permission => permission is not null);

    static bool IsOpen(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    static bool IsStaticFile(RouteEndpoint endpoint) => endpoint.Metadata.Any(metadata => metadata.GetType().Name == "StaticAssetDescriptor");

    static bool IsListed(RouteEndpoint endpoint, string[] list) =>
        list.Any(open => ("/" + endpoint.RoutePattern.RawText?.TrimStart('/')).StartsWith(open, StringComparison.Ordinal));

    public sealed class Program : IAsyncDisposable
    {
        readonly Dictionary<string, (string Secret, Guid Id)> tokens = [];

        public TestProgram Host { get; } = new();

        public async Task<string> TokenAsync(Role? role) => (await CreateAsync(role)).Secret;

        public async Task<ClaimsPrincipal> PrincipalAsync(Role? role)
        {
            var id = (await CreateAsync(role)).Id.ToString();
            return OpsDashboard.Access.SignedIn.Principal(id, id, "walker", "Bearer");
        }

        /// <summary>A token with the role over all systems; without a role one whose only grant lies beyond its creator's.</summary>
        async Task<(string Secret, Guid Id)> CreateAsync(Role? role)
        {
            var name = role?.ToString() ?? "none";
            if (tokens.TryGetValue(name, out var known))
                return known;
            var none = new Actor("nobody", "nobody", ActorKind.Program, [new(Role.Admin, null)]);
            var (token, secret) = await Host.Services.GetRequiredService<ApiTokens>().CreateAsync(
                role is null ? none with { Id = await EmptyAccountAsync() } : none with { Id = "bootstrap-token" }, new(name, [new(role ?? Role.Viewer, null)]), CancellationToken.None);
            return tokens[name] = (secret, token.Id);
        }

        async Task<string> EmptyAccountAsync()
        {
            using var client = Host.Automation();
            var created = await client.PostAsJsonAsync("/api/accounts", new { email = "nobody@example.org" });
            return (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        }

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
