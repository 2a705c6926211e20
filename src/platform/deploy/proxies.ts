import { fill, type Target } from './artifact'
import apacheConf from './templates/apache/holdfast.conf.mustache' with { type: 'text' }
import nginxConf from './templates/nginx/holdfast.conf.mustache' with { type: 'text' }

/** The files name one certificate; where it comes from is each site's own affair. */
const certificates =
  'put the certificate with its whole chain at /etc/ssl/certs/holdfast.pem and its key at /etc/ssl/private/holdfast.key (readable by root alone), or write the paths of yours into the file (certbot: /etc/letsencrypt/live/DOMAIN/fullchain.pem and privkey.pem)'

/** nginx in front of a server on the same machine. */
export const nginx: Target = {
  name: 'nginx',
  summary: 'TLS, limits and unbuffered event streams in front of a server on this machine',
  artifacts: (installation) => fill({ 'holdfast.conf': nginxConf }, installation),
  next: (_, folder) => [
    certificates,
    `sudo install -m 644 ${folder}/holdfast.conf /etc/nginx/conf.d/holdfast.conf`,
    'sudo nginx -t && sudo systemctl reload nginx',
  ],
}

/** Apache in front of a server on the same machine. */
export const apache: Target = {
  name: 'apache',
  summary: 'the same for Apache 2.4',
  artifacts: (installation) => fill({ 'holdfast.conf': apacheConf }, installation),
  next: (_, folder) => [
    certificates,
    'sudo a2enmod ssl proxy proxy_http headers http2 reqtimeout',
    `sudo install -m 644 ${folder}/holdfast.conf /etc/apache2/sites-available/ && sudo a2ensite holdfast`,
    'sudo apachectl -t && sudo systemctl reload apache2',
  ],
}
