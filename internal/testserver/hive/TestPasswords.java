import javax.security.sasl.AuthenticationException;
import org.apache.hive.service.auth.PasswdAuthenticationProvider;

/** Passwords of the test server: everybody's is his name with "-password" behind it. */
public final class TestPasswords implements PasswdAuthenticationProvider {
    @Override
    public void Authenticate(String user, String password) throws AuthenticationException {
        if (!password.equals(user + "-password")) {
            throw new AuthenticationException("wrong password");
        }
    }
}
