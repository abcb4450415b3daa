import au.com.dius.pact.provider.junit5.HttpTestTarget;
import au.com.dius.pact.provider.junit5.PactVerificationContext;
import au.com.dius.pact.provider.junit5.PactVerificationInvocationContextProvider;
import au.com.dius.pact.provider.junitsupport.Provider;
import au.com.dius.pact.provider.junitsupport.loader.PactBroker;
import au.com.dius.pact.provider.junitsupport.loader.PactBrokerConsumerVersionSelectors;
import au.com.dius.pact.provider.junitsupport.loader.SelectorBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/** A provider's test as teams on the JVM write it; what differs between runs comes from system properties. */
@Provider("${provider.name}")
@PactBroker
public class Verification {
    @PactBrokerConsumerVersionSelectors
    public static SelectorBuilder selectors() {
        SelectorBuilder builder = new SelectorBuilder();
        for (String selector : System.getProperty("selectors").split(",")) {
            String[] parts = selector.split(":", 2);
            builder = switch (parts[0]) {
                case "mainBranch" -> builder.mainBranch();
                case "matchingBranch" -> builder.matchingBranch();
                case "deployedOrReleased" -> builder.deployedOrReleased();
                case "branch" -> builder.branch(parts[1]);
                case "deployedTo" -> builder.deployedTo(parts[1]);
                case "releasedTo" -> builder.releasedTo(parts[1]);
                case "environment" -> builder.environment(parts[1]);
                case "tag" -> builder.tag(parts[1]);
                case "latestTag" -> builder.latestTag(parts[1]);
                default -> throw new IllegalArgumentException(selector);
            };
        }
        return builder;
    }

    @BeforeEach
    void target(PactVerificationContext context) {
        context.setTarget(new HttpTestTarget("127.0.0.1", Integer.getInteger("provider.port")));
    }

    @TestTemplate
    @ExtendWith(PactVerificationInvocationContextProvider.class)
    void interaction(PactVerificationContext context) {
        context.verifyInteraction();
    }
}
