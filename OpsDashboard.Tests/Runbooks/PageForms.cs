using System.Net;
using System.Text.RegularExpressions;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Runbooks;

/// <summary>Reads pages and posts their forms, as a browser without script does.</summary>
static class PageForms
{
    public static async Task SignInAsync(HttpClient browser, string email, string password)
    {
        var page = await browser.GetStringAsync("/sign-in");
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostAsync("/sign-in", Form(("__RequestVerificationToken", Field(page, "__RequestVerificationToken")), ("email", email), ("password", password)))).StatusCode);
    }

    public static async Task<string> UntilAsync(HttpClient browser, string address, Func<string, bool> reached)
    {
        using var limit = new CancellationTokenSource(Patience.Limit);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var page = await browser.GetStringAsync(address, limit.Token);
            if (reached(page))
                return page;
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Where a form of the page posts to, and its hidden fields.</summary>
    public static (string Address, (string Name, string Value)[] Fields) FormOf(string page, string action)
    {
        var form = Regex.Match(page, $"<form[^>]*action=\"({Regex.Escape(action)}[^\"]*)\".*?</form>", RegexOptions.Singleline);
        Assert.True(form.Success, $"There is no form {action}.");
        var fields = Regex.Matches(form.Value, "<input type=\"hidden\" name=\"([^\"]+)\"(?: value=\"([^\"]*)\")?[^>]*>").Select(field => (WebUtility.HtmlDecode(field.Groups[1].Value), WebUtility.HtmlDecode(field.Groups[2].Value))).ToArray();
        return ("/" + WebUtility.HtmlDecode(form.Groups[1].Value), fields);
    }

    public static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    static string Field(string page, string name) => Regex.Match(page, $"name=\"{name}\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
}
