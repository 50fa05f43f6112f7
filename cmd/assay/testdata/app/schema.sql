-- Kiosk, a self-hosted shop with a help desk and a forum: the schema of an
-- application as one meets them. It was made up for TestScanApplication.
--
-- The comment after a column names its maker in app_rows_test.go, and after "="
-- the elements that the column holds: all that are joined by "+", one of those
-- joined by "|". A column without "=" holds none, and whatever is found in it is
-- a false finding. The comment after a table is its number of rows.

CREATE TABLE users ( -- 1200
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  login VARCHAR(60) NOT NULL,                    -- login = user_name
  email VARCHAR(190) NOT NULL,                   -- email = email_address
  email_verified TINYINT(1) NOT NULL,            -- flag
  pass_hash CHAR(60) NOT NULL,                   -- bcrypt = password_hash
  password_changed_at DATETIME NULL,             -- past
  first_name VARCHAR(80) NOT NULL,               -- first = first_name|person_name
  last_name VARCHAR(80) NOT NULL,                -- last = last_name|person_name
  last_name_change_at DATETIME NULL,             -- past
  locale CHAR(5) NOT NULL,                       -- locale
  timezone VARCHAR(40) NOT NULL,                 -- zone
  signup_ip VARCHAR(45) NULL,                    -- ipv4 = ip_address
  created_at DATETIME NOT NULL                   -- past
);

CREATE TABLE user_profiles ( -- 1200
  user_id INT UNSIGNED NOT NULL PRIMARY KEY,     -- serial
  born DATE NULL,                                -- born = birth_date
  sex CHAR(1) NULL,                              -- sex = gender
  mobile VARCHAR(32) NULL,                       -- phone = phone_number
  bio TEXT NULL,                                 -- prose
  avatar_path VARCHAR(255) NULL,                 -- path
  newsletter TINYINT(1) NOT NULL,                -- flag
  points INT NOT NULL                            -- small
);

CREATE TABLE addresses ( -- 1500
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id INT UNSIGNED NOT NULL,                 -- small
  recipient VARCHAR(160) NOT NULL,               -- person = person_name
  line1 VARCHAR(190) NOT NULL,                   -- street = street_address
  line2 VARCHAR(190) NULL,                       -- nothing
  town VARCHAR(120) NOT NULL,                    -- town = city
  zip VARCHAR(12) NOT NULL,                      -- zip = postal_code
  phone VARCHAR(32) NULL,                        -- phone = phone_number
  address_format_id SMALLINT NOT NULL,           -- small
  kind ENUM('billing','shipping') NOT NULL       -- kind
);

CREATE TABLE sessions ( -- 1500
  id CHAR(40) NOT NULL PRIMARY KEY,              -- sha1
  user_id INT UNSIGNED NOT NULL,                 -- small
  last_ip VARCHAR(45) NOT NULL,                  -- ipv4 = ip_address
  agent VARCHAR(255) NOT NULL,                   -- agent
  payload JSON NOT NULL,                         -- basket
  expires_at DATETIME NOT NULL                   -- past
);

CREATE TABLE devices ( -- 800
  id BINARY(16) NOT NULL PRIMARY KEY,            -- sixteen
  user_id INT UNSIGNED NOT NULL,                 -- small
  hw VARCHAR(17) NOT NULL,                       -- mac = mac_address
  app_version VARCHAR(20) NOT NULL,              -- version
  build CHAR(40) NOT NULL,                       -- sha1
  seen_at BIGINT NOT NULL                        -- unix
);

CREATE TABLE roles ( -- 8
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(40) NOT NULL,                     -- role
  passport_strategy VARCHAR(20) NOT NULL,        -- strategy
  ip_limit INT NOT NULL                          -- small
);

CREATE TABLE role_permissions ( -- 200
  role_id INT NOT NULL,                          -- small
  permission VARCHAR(80) NOT NULL,               -- permission
  position INT NOT NULL,                         -- serial
  PRIMARY KEY (role_id, position)
);

CREATE TABLE categories ( -- 60
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  parent_id INT NULL,                            -- small
  name VARCHAR(80) NOT NULL,                     -- category
  slug VARCHAR(80) NOT NULL,                     -- slug
  gender_neutral TINYINT(1) NOT NULL             -- flag
);

CREATE TABLE products ( -- 1500
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  sku VARCHAR(24) NOT NULL,                      -- sku
  name VARCHAR(160) NOT NULL,                    -- product
  ean CHAR(13) NOT NULL,                         -- ean
  description TEXT NOT NULL,                     -- prose
  price DECIMAL(10,2) NOT NULL,                  -- price
  weight_g INT NOT NULL,                         -- small
  dimensions VARCHAR(30) NOT NULL,               -- size
  colour CHAR(7) NOT NULL,                       -- colour
  released_on DATE NOT NULL,                     -- day
  card_layout VARCHAR(10) NOT NULL               -- layout
);

CREATE TABLE product_images ( -- 1200
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_id INT NOT NULL,                       -- small
  file VARCHAR(255) NOT NULL,                    -- image
  etag CHAR(32) NOT NULL,                        -- md5
  media_type VARCHAR(40) NOT NULL,               -- media
  bytes INT NOT NULL                             -- large
);

CREATE TABLE product_reviews ( -- 1200
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  product_id INT NOT NULL,                       -- small
  rating TINYINT NOT NULL,                       -- digit
  title VARCHAR(120) NOT NULL,                   -- sentence
  body TEXT NOT NULL,                            -- prose
  helpful INT NOT NULL                           -- small
);

CREATE TABLE books ( -- 600
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  isbn CHAR(17) NOT NULL,                        -- isbn
  pages INT NOT NULL,                            -- small
  edition VARCHAR(20) NOT NULL                   -- edition
);

CREATE TABLE inventory ( -- 1200
  serial_no BIGINT NOT NULL PRIMARY KEY,         -- nine
  product_id INT NOT NULL,                       -- small
  bin VARCHAR(12) NOT NULL,                      -- bin
  batch VARCHAR(20) NOT NULL,                    -- batch
  counted_on DATE NOT NULL                       -- day
);

CREATE TABLE coupons ( -- 300
  code VARCHAR(24) NOT NULL PRIMARY KEY,         -- coupon
  percent TINYINT NOT NULL,                      -- digit
  birthday_coupon TINYINT(1) NOT NULL,           -- flag
  valid_from DATE NOT NULL,                      -- day
  valid_to DATE NOT NULL                         -- day
);

CREATE TABLE carts ( -- 900
  id CHAR(36) NOT NULL PRIMARY KEY,              -- uuid
  user_id INT UNSIGNED NULL,                     -- small
  total DECIMAL(10,2) NOT NULL,                  -- price
  currency CHAR(3) NOT NULL,                     -- currency
  updated_at TIMESTAMP NULL                      -- past
);

CREATE TABLE orders ( -- 60000
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  number VARCHAR(20) NOT NULL,                   -- order
  user_id INT UNSIGNED NOT NULL,                 -- small
  status VARCHAR(20) NOT NULL,                   -- status
  total DECIMAL(10,2) NOT NULL,                  -- price
  placed_at DATETIME NOT NULL,                   -- past
  guest_mail VARCHAR(190) NULL,                  -- sometimes email = email_address
  note TEXT NULL                                 -- note = email_address + phone_number
);

CREATE TABLE order_lines ( -- 40000
  order_id INT UNSIGNED NOT NULL,                -- serial
  line SMALLINT NOT NULL,                        -- digit
  product_id INT NOT NULL,                       -- small
  quantity SMALLINT NOT NULL,                    -- digit
  unit_price DECIMAL(10,2) NOT NULL,             -- price
  PRIMARY KEY (order_id, line)
);

CREATE TABLE shipments ( -- 1200
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  order_id INT UNSIGNED NOT NULL,                -- small
  carrier VARCHAR(20) NOT NULL,                  -- carrier
  tracking VARCHAR(24) NOT NULL,                 -- tracking
  shipped_at DATETIME NULL                       -- past
);

CREATE TABLE payments ( -- 1500
  id BIGINT NOT NULL PRIMARY KEY,                -- snowflake
  order_id INT UNSIGNED NOT NULL,                -- small
  method VARCHAR(12) NOT NULL,                   -- method
  pan VARCHAR(19) NULL,                          -- card = credit_card
  last4 CHAR(4) NULL,                            -- four
  fee DECIMAL(8,4) NOT NULL,                     -- price
  gateway_ref CHAR(64) NOT NULL                  -- sha256
);

CREATE TABLE refunds ( -- 500
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  payment_id BIGINT NOT NULL,                    -- snowflake
  account VARCHAR(34) NOT NULL,                  -- iban = iban
  holder VARCHAR(160) NOT NULL,                  -- person = person_name
  amount DECIMAL(10,2) NOT NULL                  -- price
);

CREATE TABLE staff ( -- 140
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  full_name VARCHAR(160) NOT NULL,               -- person = person_name
  work_mail VARCHAR(190) NOT NULL,               -- email = email_address
  ssn CHAR(11) NULL,                             -- ssn = us_ssn
  passport_no CHAR(9) NULL,                      -- passport = passport_number|us_passport
  hired_on DATE NOT NULL,                        -- day
  desk VARCHAR(8) NOT NULL                       -- bin
);

CREATE TABLE tickets ( -- 1200
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  reference VARCHAR(16) NOT NULL,                -- reference
  subject VARCHAR(190) NOT NULL,                 -- sentence
  priority TINYINT NOT NULL,                     -- digit
  requester VARCHAR(190) NOT NULL,               -- mailbox = email_address + person_name
  opened_at DATETIME NOT NULL                    -- past
);

CREATE TABLE ticket_messages ( -- 2000
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ticket_id INT NOT NULL,                        -- small
  body MEDIUMTEXT NOT NULL                       -- letter = email_address + iban
);

CREATE TABLE mail_templates ( -- 40
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  subject VARCHAR(190) NOT NULL,                 -- sentence
  body TEXT NOT NULL                             -- template
);

CREATE TABLE audit_log ( -- 3000
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  action VARCHAR(60) NOT NULL,                   -- permission
  detail JSON NOT NULL,                          -- audit
  created_at DATETIME(6) NOT NULL                -- past
);

CREATE TABLE settings ( -- 120
  name VARCHAR(80) NOT NULL PRIMARY KEY,         -- setting
  value TEXT NOT NULL,                           -- value
  ssn_check_enabled TINYINT(1) NOT NULL          -- flag
);

CREATE TABLE migrations ( -- 90
  version CHAR(14) NOT NULL PRIMARY KEY,         -- stamp
  checksum CHAR(64) NOT NULL,                    -- sha256
  took_ms INT NOT NULL                           -- small
);

CREATE TABLE jobs ( -- 2500
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  queue VARCHAR(20) NOT NULL,                    -- status
  uid CHAR(36) NOT NULL,                         -- uuid
  cron VARCHAR(30) NOT NULL,                     -- cron
  error TEXT NULL,                               -- trace
  attempts TINYINT NOT NULL                      -- digit
);

CREATE TABLE forum_topics ( -- 900
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  title VARCHAR(190) NOT NULL,                   -- sentence
  slug VARCHAR(190) NOT NULL,                    -- slug
  views INT NOT NULL                             -- large
);

CREATE TABLE api_clients ( -- 60
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  label VARCHAR(60) NOT NULL,                    -- slug
  secret_sha256 CHAR(64) NOT NULL,               -- sha256
  phone_required TINYINT(1) NOT NULL             -- flag
);
