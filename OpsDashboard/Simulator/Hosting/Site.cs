namespace OpsDashboard.Simulator.Hosting;

/// <summary>Answers one request.</summary>
delegate Task Answer(HttpContext context);

/// <summary>What listens on one port: a table of routes, with a gate in front that faults may close.</summary>
sealed class Site(ReservedPort port, Func<HttpContext, Task<bool>>? gate = null)
{
    readonly Dictionary<(string Method, string Path), Answer> exact = [];
    readonly List<(string Method, string[] Parts, Answer Answer)> templates = [];

    public ReservedPort Port => port;

    public string Url => $"http://{port.Address}";

    /// <param name="path">Plain, or with <c>{name}</c> parts, which become route values.</param>
    public Site Map(string method, string path, Answer answer)
    {
        if (path.Contains('{'))
            templates.Add((method, path.Split('/'), answer));
        else
            exact[(method, path)] = answer;
        return this;
    }

    public Site Get(string path, Answer answer) => Map("GET", path, answer);

    public async Task AnswerAsync(HttpContext context)
    {
        if (gate is not null && !await gate(context))
            return;
        var method = context.Request.Method;
        var path = context.Request.Path.Value ?? "/";
        var answer = exact.GetValueOrDefault((method, path)) ?? Match(context, method, path.Split('/'));
        if (answer is null)
            context.Response.StatusCode = IsKnown(path) ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status404NotFound;
        else
            await answer(context);
    }

    bool IsKnown(string path) => exact.Keys.Any(key => key.Path == path);

    Answer? Match(HttpContext context, string method, string[] parts)
    {
        foreach (var (templateMethod, template, answer) in templates)
        {
            if (templateMethod != method || template.Length != parts.Length)
                continue;
            var values = new RouteValueDictionary();
            if (!Matches(template, parts, values))
                continue;
            context.Request.RouteValues = values;
            return answer;
        }
        return null;
    }

    static bool Matches(string[] template, string[] parts, RouteValueDictionary values)
    {
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] is ['{', .. var name, '}'])
                values[name] = parts[i];
            else if (template[i] != parts[i])
                return false;
        }
        return true;
    }
}
