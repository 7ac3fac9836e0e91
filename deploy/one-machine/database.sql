-- Chuẩn bị một máy chủ PostgreSQL (≥ 15, có PostGIS) đã có sẵn, trước khi chạy tinhso init --production
-- --database máy:cổng/tên. Chạy bằng quản trị của máy chủ ấy:
--   psql -v name=tinhso -v owner_password=… -v app_password=… -v gateway_password=… -v reader_password=… \
--        -f database.sql
-- Mật khẩu: openssl rand -base64 48, mỗi vai trò một cái. Ghi hai cái đầu vào tệp trả lời của tinhso init
-- (db_owner_password, db_app_password).
\set ON_ERROR_STOP on
CREATE ROLE tinhso_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE tinhso_app LOGIN PASSWORD :'app_password';
CREATE ROLE tinhso_gateway LOGIN PASSWORD :'gateway_password';
CREATE ROLE tinhso_reader LOGIN PASSWORD :'reader_password';
CREATE DATABASE :"name" OWNER tinhso_owner TEMPLATE template0 ENCODING 'UTF8'
    LOCALE_PROVIDER icu ICU_LOCALE 'vi-VN' LOCALE 'C.UTF-8';
\connect :"name"
CREATE EXTENSION postgis;
CREATE EXTENSION unaccent;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION btree_gist;
-- Đếm câu lệnh chậm cho trang Vận hành; đếm thật khi máy chủ có shared_preload_libraries = 'pg_stat_statements'.
CREATE EXTENSION pg_stat_statements;
ALTER SCHEMA public OWNER TO tinhso_owner;
GRANT USAGE ON SCHEMA public TO tinhso_app, tinhso_gateway, tinhso_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE tinhso_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tinhso_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tinhso_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO tinhso_app;
