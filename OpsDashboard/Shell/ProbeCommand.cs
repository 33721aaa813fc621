namespace OpsDashboard.Shell;

/// <summary><c>probe &lt;url&gt;</c>: exit 0 if the address answers below 400, as curl -f does; for container images without curl.</summary>
static class ProbeCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var address] || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            Console.Error.WriteLine("usage: OpsDashboard probe <url>");
            return 2;
        }
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead);
            Console.WriteLine($"{(int)answer.StatusCode} {answer.ReasonPhrase}");
            return (int)answer.StatusCode < 400 ? 0 : 1;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
    }
}
