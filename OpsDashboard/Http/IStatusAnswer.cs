namespace OpsDashboard.Http;

/// <summary>Metadata of an endpoint that copies another product's API: how it says a status that was decided before it was reached, such as 401.</summary>
public interface IStatusAnswer
{
    /// <summary>Writes the body; the status is set already.</summary>
    Task WriteAsync(HttpContext context, string detail);
}
