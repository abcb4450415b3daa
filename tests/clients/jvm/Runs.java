import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the test once for each line of properties that comes in, so that one start of the machine serves many. */
public class Runs {
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        Properties own = (Properties) System.getProperties().clone();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Properties asked = (Properties) own.clone();
            asked.putAll(new Gson().fromJson(line, Map.class));
            System.setProperties(asked);
            answers.println("\nanswer: " + new Gson().toJson(run()));
        }
    }

    private static List<Map<String, String>> run() {
        List<Map<String, String>> seen = new ArrayList<>();
        LauncherDiscoveryRequest request =
            LauncherDiscoveryRequestBuilder.request().selectors(DiscoverySelectors.selectClass(Verification.class)).build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                boolean failed = result.getStatus() == TestExecutionResult.Status.FAILED;
                if (test.isTest() || failed) {
                    String why = result.getThrowable().map(Throwable::toString).orElse("");
                    seen.add(Map.of("name", test.getDisplayName(), "status", result.getStatus().name(), "why", why));
                }
            }
        });
        return seen;
    }
}
